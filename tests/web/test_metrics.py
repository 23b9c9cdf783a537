"""What operators collect: counted by outcome, told of no tenant, and there while the database is away."""

from prometheus_client.parser import text_string_to_metric_families
from tests.web.conftest import CONNECTOR
from tests.web.test_problems import take_database_away


async def samples(http):
    answer = await http.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    return {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


async def test_deliveries_are_counted_by_outcome_and_unknown_names_add_no_series(http):
    for name in ("nobody-1", "nobody-2"):
        await http.post(f"/webhooks/{name}/token", content=b"{}")
    await http.post(f"/webhooks/{CONNECTOR}/no-such-token", content=b"{}")

    counted = await samples(http)

    count = "fortnox_bridge_delivery_seconds_count"
    assert counted[count, ("connector", ""), ("outcome", "unknown")] == 2
    assert counted[count, ("connector", CONNECTOR), ("outcome", "refused")] == 1


async def test_queue_stands_in_the_metrics_and_no_tenant_does(http, joined):
    answer = (await http.get("/metrics")).text

    assert 'fortnox_bridge_runs{state="parked"}' in answer
    assert "fortnox_bridge_queue_lag_seconds" in answer
    for secret in (joined.account.name, joined.company.name, str(joined.id), str(joined.account.id)):
        assert secret not in answer


async def test_metrics_answer_while_the_database_is_away(http, bridge, sqlite_url):
    await http.post("/webhooks/nobody/token", content=b"{}")
    await bridge.storage.close()
    take_database_away(sqlite_url)

    counted = await samples(http)

    assert counted["fortnox_bridge_delivery_seconds_count", ("connector", ""), ("outcome", "unknown")] == 1
    assert not [name for name, *_ in counted if name == "fortnox_bridge_runs"]
