"""What people do to records that exist: move, edit, delete, merge, uninstall."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from fortnox_bridge_pipedrive.simulator.access import CLIENT_ID, CLIENT_SECRET
from fortnox_bridge_pipedrive.simulator.answers import Record
from fortnox_bridge_pipedrive.simulator.body_schema import DEAL, LINE, ORGANIZATION, PERSON, PRODUCT, read_body
from fortnox_bridge_pipedrive.simulator.field_registry import field_by_name
from fortnox_bridge_pipedrive.simulator.instants import millisecond_time
from fortnox_bridge_pipedrive.simulator.merging import merge
from fortnox_bridge_pipedrive.simulator.recording import changing, remove_record
from fortnox_bridge_pipedrive.simulator.seed_records import deal_body, line_body, plant_discount, record_body
from fortnox_bridge_pipedrive.simulator.seed_values import existing, stage_of, without
from fortnox_bridge_pipedrive.simulator.state import Actor, Company
from fortnox_bridge_pipedrive.simulator.v2_contacts import organization_changes, person_changes
from fortnox_bridge_pipedrive.simulator.v2_deal_lines import add_line, change_line, remove_lines
from fortnox_bridge_pipedrive.simulator.v2_deals import change_deal
from fortnox_bridge_pipedrive.simulator.v2_products import product_changes
from fortnox_bridge_pipedrive.simulator.v2_records import patch_record
from fortnox_bridge_pipedrive.simulator.vendor import Vendor

Action = Callable[[Vendor, Company, Any, Actor], object]


def _id_in(wish: object, key: str = "id") -> object:
    return wish.get(key) if isinstance(wish, Mapping) else wish


def _move_deal(_vendor: Vendor, company: Company, wish: Record, actor: Actor) -> Record:
    deal = existing(company, "deal", wish["id"])
    stage_id = stage_of(company, wish)
    if stage_id is None:
        raise ValueError("move_deal needs stage_id or stage")
    change_deal(company, deal, {"stage_id": stage_id}, actor)
    return {"id": deal["id"], "stage_id": deal["stage_id"], "stage_change_time": deal["stage_change_time"]}


def _bulk_move_deals(vendor: Vendor, company: Company, wish: Record, actor: Actor) -> list[Record]:
    bulk = replace(actor, is_bulk_edit=True)
    return [_move_deal(vendor, company, {**wish, "id": deal_id}, bulk) for deal_id in wish["ids"]]


def _update_deal(_vendor: Vendor, company: Company, wish: Record, actor: Actor) -> Record:
    deal = existing(company, "deal", wish["id"])
    change_deal(company, deal, read_body(deal_body(company, wish, actor), DEAL), actor)
    return {"id": deal["id"]}


def _set_status(status: str) -> Action:
    def action(_vendor: Vendor, company: Company, wish: object, actor: Actor) -> Record:
        deal = existing(company, "deal", _id_in(wish))
        reason = {"lost_reason": wish["lost_reason"]} if isinstance(wish, dict) and "lost_reason" in wish else {}
        change_deal(company, deal, {"status": status, **reason}, actor)
        return {"id": deal["id"], "status": status}

    return action


def _add_deal_product(_vendor: Vendor, company: Company, wish: Record, actor: Actor) -> Record:
    deal = existing(company, "deal", wish["deal_id"])
    return {"id": add_line(company, deal, line_body(company, deal, without(wish, ["deal_id"]), actor), actor)["id"]}


def _line(company: Company, wish: Record) -> tuple[Record, Record]:
    deal = existing(company, "deal", wish["deal_id"])
    line = company.lines.get(deal["id"], {}).get(wish["id"])
    if line is None:
        raise ValueError(f"deal {deal['id']} has no line {wish['id']}")
    return deal, line


def _update_deal_product(_vendor: Vendor, company: Company, wish: Record, actor: Actor) -> Record:
    deal, line = _line(company, wish)
    change_line(company, deal, line, read_body(without(wish, ["deal_id", "id"]), LINE), actor)
    return {"id": line["id"]}


def _delete_deal_product(_vendor: Vendor, company: Company, wish: Record, actor: Actor) -> Record:
    deal, line = _line(company, wish)
    remove_lines(company, deal, [line["id"]], actor)
    return {"id": line["id"]}


def _add_discount(_vendor: Vendor, company: Company, wish: Record, actor: Actor) -> Record:
    deal = existing(company, "deal", wish["deal_id"])
    return {"id": plant_discount(company, deal, without(wish, ["deal_id"]), actor)["id"]}


def _update(entity: str) -> Action:
    def action(_vendor: Vendor, company: Company, wish: Record, actor: Actor) -> Record:
        record = existing(company, entity, wish["id"])
        schema = {"organization": ORGANIZATION, "person": PERSON, "product": PRODUCT}[entity]
        body = read_body(record_body(company, entity, without(wish, ["id"])), schema)
        changes = {
            "organization": lambda: organization_changes(company, body),
            "person": lambda: person_changes(company, body),
            "product": lambda: product_changes(company, record["id"], body),
        }[entity]()
        changes["custom_fields"] = body.get("custom_fields", {})
        patch_record(company, entity, record, changes, actor)
        return {"id": record["id"]}

    return action


def _delete(kind: str) -> Action:
    def action(_vendor: Vendor, company: Company, wish: object, actor: Actor) -> Record:
        record = existing(company, kind, _id_in(wish))
        remove_record(company, kind, record, actor)
        return {"id": record["id"]}

    return action


def _merge(entity: str) -> Action:
    def action(_vendor: Vendor, company: Company, wish: Record, actor: Actor) -> Record:
        survivor = existing(company, entity, wish["merge_with_id"])
        merge(company, entity, existing(company, entity, wish["id"]), survivor, actor)
        return {"id": survivor["id"]}

    return action


def _rename(kind: str) -> Action:
    def action(_vendor: Vendor, company: Company, wish: Record, actor: Actor) -> Record:
        record = existing(company, kind, wish["id"])
        with changing(company, kind, record, actor):
            record["name"] = wish["name"]
        return {"id": record["id"]}

    return action


def _rename_field(_vendor: Vendor, company: Company, wish: Record, _actor: Actor) -> Record:
    definition = field_by_name(company, wish["entity"], wish["field"])
    definition["field_name"] = wish["name"]
    return {"field_code": definition["field_code"]}


def _delete_field(_vendor: Vendor, company: Company, wish: Record, _actor: Actor) -> Record:
    definition = field_by_name(company, wish["entity"], wish["field"])
    del company.custom_fields[wish["entity"]][definition["field_code"]]
    return {"field_code": definition["field_code"]}


def _delete_option(_vendor: Vendor, company: Company, wish: Record, _actor: Actor) -> Record:
    # The metadata forgets it, values keep its id (section 14.1).
    definition = field_by_name(company, wish["entity"], wish["field"])
    definition["options"] = [item for item in definition["options"] or [] if item["label"] != wish["option"]]
    return {"field_code": definition["field_code"]}


def _change_user(_vendor: Vendor, company: Company, wish: Record, _actor: Actor) -> Record:
    user = company.users.get(wish["id"])
    if user is None:
        raise ValueError(f"no user with id {wish['id']}")
    user.active = wish.get("active", user.active)
    user.is_admin = wish.get("is_admin", user.is_admin)
    return {"id": user.id}


def _uninstall_app(vendor: Vendor, company: Company, wish: object, actor: Actor) -> Record:
    """Kill the user's grants and hooks and tell the app by DELETE on its callback (section 2.2).

    The real vendor never reaches localhost; the simulator does, that is where the app of a sandbox lives.
    """
    user_id = _id_in(wish, "user_id") if isinstance(wish, Mapping) else actor.user_id
    grants = [
        grant
        for grant in list(vendor.tokens.grants.values())
        if grant.company_id == company.id and grant.user_id == user_id
    ]
    now = vendor.clock.now()
    body: Record = {
        "client_id": CLIENT_ID,
        "company_id": company.id,
        "user_id": user_id,
        "timestamp": millisecond_time(now),
    }
    for grant in grants:
        vendor.tokens.close_grant(grant.refresh_token)
        vendor.hooks.register.remove_of_app(company.id, grant.user_id, CLIENT_ID, now)
    for callback in {grant.redirect_uri for grant in grants}:
        vendor.hooks.spawn_request("DELETE", callback, body, (CLIENT_ID, CLIENT_SECRET))
    return {"revoked_grants": len(grants)}


def _expire_access_tokens(vendor: Vendor, _company: Company, _wish: object, _actor: Actor) -> Record:
    vendor.tokens.expire_access_tokens()
    return {}


def _forget_webhooks(vendor: Vendor, company: Company, _wish: object, _actor: Actor) -> Record:
    now = vendor.clock.now()
    doomed = vendor.hooks.register.living(company.id, now)
    for webhook in doomed:
        webhook.remove(now, "removed by the sandbox")
    return {"removed": len(doomed)}


ACTIONS: Mapping[str, Action] = {
    "move_deal": _move_deal,
    "bulk_move_deals": _bulk_move_deals,
    "update_deal": _update_deal,
    "win_deal": _set_status("won"),
    "lose_deal": _set_status("lost"),
    "reopen_deal": _set_status("open"),
    "add_deal_product": _add_deal_product,
    "update_deal_product": _update_deal_product,
    "delete_deal_product": _delete_deal_product,
    "add_discount": _add_discount,
    "update_organization": _update("organization"),
    "update_person": _update("person"),
    "update_product": _update("product"),
    "delete_deal": _delete("deal"),
    "delete_organization": _delete("organization"),
    "delete_person": _delete("person"),
    "delete_product": _delete("product"),
    "delete_stage": _delete("stage"),
    "delete_pipeline": _delete("pipeline"),
    "rename_stage": _rename("stage"),
    "rename_pipeline": _rename("pipeline"),
    "merge_deals": _merge("deal"),
    "merge_organizations": _merge("organization"),
    "merge_persons": _merge("person"),
    "rename_field": _rename_field,
    "delete_field": _delete_field,
    "delete_option": _delete_option,
    "change_user": _change_user,
    "uninstall_app": _uninstall_app,
    "expire_access_tokens": _expire_access_tokens,
    "forget_webhooks": _forget_webhooks,
}
