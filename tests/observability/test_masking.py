import json

import pytest
import structlog

from fortnox_bridge.observability import configure_logging

CANARY = "c4n4ry-5ecret-value"


@pytest.fixture
def logged(capsys):
    def write(**facts: object) -> dict:
        configure_logging(log_format="json", level="info")
        structlog.get_logger().info("something.happened", **facts)
        return json.loads(capsys.readouterr().err)

    yield write
    structlog.reset_defaults()


@pytest.mark.parametrize(
    "name", ["access_token", "client_secret", "password", "Authorization", "api_key", "set_cookie"]
)
def test_values_under_secret_names_are_masked(logged, name):
    assert CANARY not in json.dumps(logged(**{name: CANARY}))


@pytest.mark.parametrize(
    "text",
    [
        f"Authorization: Bearer {CANARY}",
        f"GET /webhooks/pipedrive/{CANARY} refused",
        f"https://bridge.example/replay/{CANARY}",
        f"/oauth/fortnox/callback?code={CANARY}&x=1",
        f"/oauth/fortnox/callback?x=1&state={CANARY}",
    ],
)
def test_credentials_inside_texts_are_masked(logged, text):
    assert CANARY not in json.dumps(logged(note=text))


def test_ids_and_codes_stay_readable(logged):
    assert logged(run_id="r-1", error_code="article_not_found")["error_code"] == "article_not_found"


def test_a_hostile_name_cannot_forge_a_log_line(logged):
    assert logged(title='Deal\n{"event":"forged"}')["event"] == "something.happened"
