"""Owners of deals by name and e-mail, as far as the scopes allow (facts 2.5)."""

import pytest

from fortnox_bridge.sdk import Owner, Unavailable

USER = "/v1/users/501"


async def read(account, external_id="501"):
    async with account.session() as session:
        return await session.owners.read_owner(external_id)


async def test_owner_has_name_and_email(account, vendor):
    vendor.data("GET", USER, {"id": 501, "name": " Maja Lind ", "email": "maja@nordlund.example"})

    assert await read(account) == Owner("501", "Maja Lind", "maja@nordlund.example")


@pytest.mark.parametrize("status", [403, 404])
async def test_owner_out_of_sight_is_unknown_and_no_failure(account, vendor, status):
    vendor.answer("GET", USER, {"success": False, "error": "Scope and URL mismatch"}, status=status)

    assert await read(account) is None


async def test_owner_that_pipedrive_cannot_tell_now_is_tried_again(account, vendor):
    vendor.answer("GET", USER, {"success": False, "error": "Bad gateway"}, status=502)

    with pytest.raises(Unavailable):
        await read(account)


async def test_owner_by_an_impossible_id_is_unknown_without_a_call(account, vendor):
    assert await read(account, "../users") is None
