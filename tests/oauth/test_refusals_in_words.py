"""Servers that refuse in plain text instead of the JSON of RFC 6749 (facts: pipedrive 2.1)."""

import pytest

from fortnox_bridge.domain.errors import ContractViolation, SettingsInvalid, Unavailable
from fortnox_bridge.http import HttpResponse
from fortnox_bridge.oauth.answers import read_refusal
from fortnox_bridge.oauth.errors import GrantRefused


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, b"Invalid grant: refresh token is invalid", GrantRefused),
        (400, b'{"success": false, "error": "Invalid grant: authorization code is invalid"}', GrantRefused),
        (400, b"Invalid client: cannot retrieve client credentials", SettingsInvalid),
        (400, b"Invalid request: content must be application/x-www-form-urlencoded", ContractViolation),
        (400, b"<html>Invalid grant</html>", Unavailable),
        (502, b"Bad gateway", Unavailable),
    ],
)
def test_refusal_in_words_is_read_as_the_code_it_means(status, body, kind):
    error = read_refusal(HttpResponse(status, {}, body), system="Källan")

    assert type(error) is kind
    assert "token" not in error.detail
