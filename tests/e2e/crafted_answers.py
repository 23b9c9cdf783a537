"""Answers that Fortnox could give but the simulator does not: made out of one that it gave."""

import json
from typing import Any

from tests.e2e.world import World


async def expect_other_total(world: World) -> None:
    """The next draft is made as asked, but answered as if Fortnox had computed one krona more.

    The answer is the one to the latest draft, under the next number: it takes a deal of the same customer.
    """
    rows = await world.requests(simulator="fortnox")
    sent = [row for row in rows if (row["method"], row["path"], row["status"]) == ("POST", "/3/invoices", 201)]
    answer: dict[str, Any] = json.loads(str(sent[-1]["response_body"]))
    invoice = answer["Invoice"]
    invoice["DocumentNumber"] = str(int(invoice["DocumentNumber"]) + 1)
    invoice["Total"] += 1
    invoice["Net"] += 1
    body = json.dumps(answer, ensure_ascii=False)
    await world.fault("fortnox", "POST", "/3/invoices", kind="apply_then_status", status=201, body=body)
