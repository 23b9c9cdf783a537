"""The check behind every test here can fail."""

import pytest
from tests.e2e.vendor_checks import check_requests, why_unchecked


def _request(simulator: str, method: str, path: str, body: str = "", **changes: object) -> dict:
    headers = {"content-type": "application/json"} if body else {}
    row = {"seq": 1, "simulator": simulator, "method": method, "path": path, "query": "", "headers": headers}
    return {**row, "body": body, "status": 200, "fault": None, **changes}


@pytest.mark.skipif(bool(why_unchecked()), reason="; ".join(why_unchecked()))
@pytest.mark.parametrize(
    "request_made",
    [
        _request("fortnox", "POST", "/3/invoices", '{"Invoice": {"CustomerNumber": "1", "Nonsense": 1}}'),
        _request("fortnox", "GET", "/3/nonsense"),
        _request("fortnox", "GET", "/3/invoices", query="nonsense=1"),
        _request("pipedrive", "PATCH", "/api/v2/organizations/1", '{"nonsense": 1}'),
        _request("pipedrive", "GET", "/api/v2/nonsense"),
    ],
    ids=lambda row: f"{row['simulator']}_{row['method']}_{row['path'].rpartition('/')[2]}{row['query']}",
)
def test_request_that_no_description_allows_is_reported(request_made: dict) -> None:
    with pytest.raises(AssertionError):
        check_requests([request_made])


def test_rate_limit_that_we_ran_into_is_reported_and_one_made_by_a_fault_is_not() -> None:
    refused = _request("fortnox", "GET", "/3/companyinformation", status=429)

    check_requests([{**refused, "fault": "status"}])
    with pytest.raises(AssertionError, match="rate limit"):
        check_requests([refused])
