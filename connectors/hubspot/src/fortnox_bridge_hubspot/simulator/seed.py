"""Records as users of the portal would make them, and what they do to them, by readable wishes.

`seed({"portal": 424242, "company": {...}, "deal": {...}, "move_deal": {...}})`: each key is one wish or a list of
them, done in the order given; the answer says what was made, with ids.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from fortnox_bridge_hubspot.simulator import writing
from fortnox_bridge_hubspot.simulator.answers import ApiError, Record
from fortnox_bridge_hubspot.simulator.definitions import definition
from fortnox_bridge_hubspot.simulator.names import (
    COMPANIES,
    CONTACTS,
    DEALS,
    LINE_ITEMS,
    PLAIN,
    PRIMARY,
    PRODUCTS,
    kind_of,
)
from fortnox_bridge_hubspot.simulator.state import Actor, CrmRecord, Portal
from fortnox_bridge_hubspot.simulator.vendor import Vendor

_USER: Final = Actor()
Wish = Mapping[str, Any]
_Action = Callable[[Vendor, Portal, Any], object]
_LINKS: Final = {"company": COMPANIES, "contact": CONTACTS}


def plant(vendor: Vendor, data: Mapping[str, object]) -> dict[str, object]:
    """Do the wishes in `data`.

    Raises:
        ValueError: a wish names something unknown; the text says what.
    """
    wishes = dict(data)
    number = wishes.pop("portal", None)
    portal = vendor.first_portal() if number is None else vendor.portals.get(int(str(number)))
    if portal is None:
        raise ValueError(f"there is no portal {number}")
    made: dict[str, object] = {}
    for name, wish in wishes.items():
        action = ACTIONS.get(name)
        if action is None:
            raise ValueError(f"unknown wish {name!r}; known: {', '.join(sorted(ACTIONS))}")
        try:
            if isinstance(wish, list):
                made[name] = [action(vendor, portal, each) for each in wish]
            else:
                made[name] = action(vendor, portal, wish)
        except ApiError as error:
            raise ValueError(f"{name}: {error}") from error
        except (KeyError, TypeError) as error:
            raise ValueError(f"{name}: {error!r} is missing or wrong") from error
    vendor.hooks.release()
    return made


def _make(kind: str) -> _Action:
    def action(_vendor: Vendor, portal: Portal, wish: Wish) -> Record:
        properties = {name: value for name, value in wish.items() if name not in _SPECIAL}
        record = writing.create(portal, kind, properties, _USER)
        _join(portal, record, wish)
        return {"id": record.id}

    return action


_SPECIAL: Final = frozenset({"company", "companies", "contact", "contacts", "primary_company", "lines", "stage", "sku"})


def _make_deal(_vendor: Vendor, portal: Portal, wish: Wish) -> Record:
    """`stage` by label; `company` and `contact` by id or name, `lines` as `add_line` takes them."""
    properties = {name: value for name, value in wish.items() if name not in _SPECIAL}
    if "stage" in wish:
        properties["dealstage"] = stage_id(portal, str(wish["stage"]))
    properties.setdefault("dealstage", portal.pipelines[0]["stages"][0]["id"])
    if portal.has_currencies:
        properties.setdefault("deal_currency_code", portal.currency)
    record = writing.create(portal, DEALS, properties, _USER)
    _join(portal, record, wish)
    lines = [_add_line(portal, record, each) for each in wish.get("lines", ())]
    return {"id": record.id, "dealstage": record.properties["dealstage"], "line_ids": lines}


def _join(portal: Portal, record: CrmRecord, wish: Wish) -> None:
    """A single company becomes the primary one, as in the user interface; of `companies` none does."""
    for name, kind in _LINKS.items():
        pair = (record.kind, kind)
        for each in [wish[name]] if wish.get(name) else []:
            types = tuple(table[pair] for table in (PRIMARY, PLAIN) if pair in table)
            _link(portal, record, kind, each, types)
        for each in wish.get("companies" if name == "company" else "contacts", ()):
            _link(portal, record, kind, each, (PLAIN[pair],))


def _link(portal: Portal, record: CrmRecord, kind: str, which: object, types: tuple[int, ...]) -> None:
    target = named_record(portal, kind, str(which))
    writing.link(portal, (record.kind, record.id), (kind, target.id), types, _USER)


def _add_line(portal: Portal, deal: CrmRecord, wish: Wish) -> str:
    """`sku` takes name and price from the product; everything else is a property of the line item."""
    properties = {name: value for name, value in wish.items() if name not in _SPECIAL}
    if "sku" in wish:
        product = next((each for each in portal.living(PRODUCTS) if each.properties.get("hs_sku") == wish["sku"]), None)
        if product is None:
            raise ValueError(f"there is no product with the SKU {wish['sku']}")
        copied = {name: product.properties.get(name) for name in ("name", "price", "hs_sku", "hs_product_type")}
        properties = {**copied, "hs_product_id": product.id, **properties}
    properties.setdefault("quantity", "1")
    currency = deal.properties.get("deal_currency_code")
    if currency is not None:
        properties.setdefault("hs_line_item_currency_code", currency)
    properties.setdefault("hs_position_on_quote", str(len(portal.links.of((DEALS, deal.id), LINE_ITEMS))))
    line = writing.create(portal, LINE_ITEMS, properties, _USER)
    writing.link(portal, (DEALS, deal.id), (LINE_ITEMS, line.id), (PLAIN[DEALS, LINE_ITEMS],), _USER)
    return line.id


def stage_id(portal: Portal, label: str) -> str:
    for pipeline in portal.pipelines:
        for stage in pipeline["stages"]:
            if label in {stage["label"], stage["id"]}:
                return str(stage["id"])
    raise ValueError(f"there is no stage {label!r}")


def named_record(portal: Portal, kind: str, which: str) -> CrmRecord:
    """By id, or by the name that people know it by."""
    record = portal.find(kind, which)
    if record is not None:
        return record
    for each in portal.living(kind):
        values = each.properties
        person = " ".join(part for part in (values.get("firstname"), values.get("lastname")) if part)
        if which in {values.get("name"), values.get("dealname"), values.get("email"), person}:
            return each
    raise ValueError(f"there is no {kind} {which!r}")


def _of_wish(portal: Portal, wish: Wish, default: str = DEALS) -> CrmRecord:
    kind = kind_of(str(wish.get("type", default)))
    if kind is None:
        raise ValueError(f"there are no records of type {wish['type']!r}")
    return named_record(portal, kind, str(wish["id"]))


def _move_deal(_vendor: Vendor, portal: Portal, wish: Wish) -> Record:
    deal = _of_wish(portal, wish)
    stage = stage_id(portal, str(wish["stage"]))
    pipeline = next(each["id"] for each in portal.pipelines if any(one["id"] == stage for one in each["stages"]))
    actor = Actor(str(wish.get("change_source", "CRM_UI")), str(wish.get("source_id", "userId:77")))
    writing.update(portal, deal, {"dealstage": stage, "pipeline": pipeline}, actor)
    return {"id": deal.id, "dealstage": stage}


def _update(_vendor: Vendor, portal: Portal, wish: Wish) -> Record:
    record = _of_wish(portal, wish)
    writing.update(portal, record, wish["properties"], _USER)
    return {"id": record.id}


def _deal_line(_vendor: Vendor, portal: Portal, wish: Wish) -> Record:
    deal = named_record(portal, DEALS, str(wish["deal"]))
    return {"id": _add_line(portal, deal, {name: value for name, value in wish.items() if name != "deal"})}


def _archive(_vendor: Vendor, portal: Portal, wish: Wish) -> Record:
    record = _of_wish(portal, wish)
    writing.archive(portal, record, _USER)
    return {"id": record.id}


def _restore(_vendor: Vendor, portal: Portal, wish: Wish) -> Record:
    record = _of_wish(portal, wish)
    writing.restore(portal, record, _USER)
    return {"id": record.id}


def _erase(_vendor: Vendor, portal: Portal, wish: Wish) -> Record:
    record = _of_wish(portal, wish, CONTACTS)
    writing.erase(portal, record, _USER)
    return {"id": record.id}


def _merge(_vendor: Vendor, portal: Portal, wish: Wish) -> Record:
    primary = _of_wish(portal, {**wish, "id": wish["primary"]})
    other = _of_wish(portal, {**wish, "id": wish["other"]})
    return {"id": writing.merge(portal, primary, other, _USER).id}


def _add_property(_vendor: Vendor, portal: Portal, wish: Wish) -> Record:
    """`type` is the object; `value_type` and `field_type` as in definitions; `options` by value."""
    kind = kind_of(str(wish["type"]))
    if kind is None:
        raise ValueError(f"there are no records of type {wish['type']!r}")
    options = tuple((str(value), str(label)) for value, label in dict(wish.get("options", {})).items())
    record = definition(
        str(wish["name"]),
        str(wish.get("label", wish["name"])),
        str(wish.get("value_type", "string")),
        str(wish.get("field_type", "text")),
        options=options,
    )
    portal.properties[kind][record["name"]] = record
    return {"name": record["name"]}


def _set_unchecked(_vendor: Vendor, portal: Portal, wish: Wish) -> Record:
    """Values that only HubSpot itself writes, such as fifty digits; nothing is checked or calculated."""
    record = _of_wish(portal, wish)
    record.properties |= wish["properties"]
    return {"id": record.id}


def _uninstall(vendor: Vendor, portal: Portal, _wish: object) -> Record:
    """Nothing is pushed: the next refresh is refused (facts 2.4)."""
    vendor.tokens.close_portal(portal.id)
    vendor.hooks.uninstall(portal.id)
    return {"portal": portal.id}


def _install_hooks(vendor: Vendor, portal: Portal, _wish: object) -> Record:
    """A private project app has webhooks too, without any OAuth (facts 2.1)."""
    vendor.hooks.install(portal.id)
    return {"portal": portal.id}


def _expire(vendor: Vendor, _portal: Portal, _wish: object) -> Record:
    vendor.tokens.expire_access_tokens()
    return {}


def _change_portal(_vendor: Vendor, portal: Portal, wish: Wish) -> Record:
    for name, value in wish.items():
        if name not in {"plan", "currency", "has_currencies", "time_zone", "tax_rates", "owners"}:
            raise ValueError(f"a portal has no {name}")
        setattr(portal, name, value)
    return {"portal": portal.id}


def _enrol(vendor: Vendor, portal: Portal, wish: Wish) -> Record:
    return vendor.workflows.enrol({"portal_id": portal.id, **wish})


def _fetch(vendor: Vendor, portal: Portal, wish: Wish) -> Record:
    """A card calls the bridge, or with `input` the workflow editor asks for options."""
    return vendor.workflows.start_fetch({"portal_id": portal.id, **wish})


def _expire_callback(vendor: Vendor, _portal: Portal, wish: Wish) -> Record:
    vendor.workflows.expire(str(wish["callback_id"]))
    return {}


ACTIONS: Final[Mapping[str, _Action]] = {
    "product": _make(PRODUCTS),
    "company": _make(COMPANIES),
    "contact": _make(CONTACTS),
    "deal": _make_deal,
    "add_line": _deal_line,
    "move_deal": _move_deal,
    "update": _update,
    "set_unchecked": _set_unchecked,
    "archive": _archive,
    "restore": _restore,
    "erase": _erase,
    "merge": _merge,
    "property": _add_property,
    "change_portal": _change_portal,
    "uninstall_app": _uninstall,
    "install_hooks": _install_hooks,
    "expire_access_tokens": _expire,
    "workflow_call": _enrol,
    "expire_callback": _expire_callback,
    "fetch": _fetch,
}
