"""Strict bodies of v2 writes: known keys with their types; anything else is refused (section 1)."""

from collections.abc import Mapping
from types import MappingProxyType

from fortnox_bridge_pipedrive.simulator.answers import Record
from fortnox_bridge_pipedrive.simulator.errors import invalid
from fortnox_bridge_pipedrive.simulator.value_checks import (
    Check,
    describe,
    is_address,
    is_contact_list,
    is_date_time,
    is_day,
    is_flag,
    is_number,
    is_text,
    is_whole,
    is_whole_list,
    one_of,
    or_null,
)

BodySchema = Mapping[str, Check]
BILLING = ("one-time", "weekly", "monthly", "quarterly", "semi-annually", "annually")


def _is_object(value: object) -> bool:
    return isinstance(value, dict)


def _is_price_list(value: object) -> bool:
    return isinstance(value, list) and all(
        isinstance(item, dict) and is_number(item.get("price")) and is_text(item.get("currency")) for item in value
    )


_VISIBLE = one_of(1, 3, 5, 7)
_RECURRENCE: BodySchema = {
    "billing_frequency": one_of(*BILLING),
    "billing_frequency_cycles": or_null(is_whole),
}

DEAL: BodySchema = MappingProxyType(
    {
        "title": is_text,
        "owner_id": is_whole,
        "person_id": or_null(is_whole),
        "org_id": or_null(is_whole),
        "pipeline_id": is_whole,
        "stage_id": is_whole,
        "value": or_null(is_number),
        "currency": is_text,
        "is_deleted": is_flag,
        "is_archived": is_flag,
        "archive_time": or_null(is_date_time),
        "status": one_of("open", "won", "lost"),
        "probability": or_null(is_number),
        "lost_reason": or_null(is_text),
        "visible_to": _VISIBLE,
        "close_time": or_null(is_date_time),
        "won_time": or_null(is_date_time),
        "lost_time": or_null(is_date_time),
        "expected_close_date": or_null(is_day),
        "label_ids": is_whole_list,
        "custom_fields": _is_object,
    }
)
ORGANIZATION: BodySchema = MappingProxyType(
    {
        "name": is_text,
        "owner_id": is_whole,
        "add_time": is_date_time,
        "visible_to": _VISIBLE,
        "label_ids": is_whole_list,
        "address": or_null(is_address),
        "website": or_null(is_text),
        "linkedin": or_null(is_text),
        "industry": or_null(is_whole),
        "annual_revenue": or_null(is_whole),
        "employee_count": or_null(is_whole),
        "custom_fields": _is_object,
    }
)
PERSON: BodySchema = MappingProxyType(
    {
        "name": is_text,
        # Not in the description; documented as the alternative to `name` on creation (section 10).
        "first_name": is_text,
        "last_name": or_null(is_text),
        "owner_id": is_whole,
        "org_id": or_null(is_whole),
        "add_time": is_date_time,
        "emails": is_contact_list,
        "phones": is_contact_list,
        "visible_to": _VISIBLE,
        "label_ids": is_whole_list,
        "postal_address": or_null(is_address),
        "notes": or_null(is_text),
        "im": is_contact_list,
        "birthday": or_null(is_day),
        "job_title": or_null(is_text),
        "marketing_status": one_of("no_consent", "unsubscribed", "subscribed", "archived"),
        "custom_fields": _is_object,
    }
)
PRODUCT: BodySchema = MappingProxyType(
    {
        "name": is_text,
        "code": or_null(is_text),
        "description": or_null(is_text),
        "unit": or_null(is_text),
        "tax": is_number,
        "category": or_null(is_number),
        "owner_id": is_whole,
        "is_linkable": is_flag,
        "visible_to": _VISIBLE,
        "prices": _is_price_list,
        "custom_fields": _is_object,
        **_RECURRENCE,
    }
)
LINE: BodySchema = MappingProxyType(
    {
        "product_id": is_whole,
        "item_price": is_number,
        "quantity": is_number,
        "tax": is_number,
        "comments": is_text,
        "discount": is_number,
        "is_enabled": is_flag,
        "tax_method": one_of("exclusive", "inclusive", "none"),
        "discount_type": one_of("percentage", "amount"),
        "product_variation_id": or_null(is_whole),
        "billing_start_date": or_null(is_day),
        **_RECURRENCE,
    }
)
DISCOUNT: BodySchema = MappingProxyType(
    {"description": is_text, "amount": is_number, "type": one_of("percentage", "amount")}
)
INSTALLMENT: BodySchema = MappingProxyType({"description": is_text, "amount": is_number, "billing_date": is_day})
PIPELINE: BodySchema = MappingProxyType({"name": is_text, "is_deal_probability_enabled": is_flag})
STAGE: BodySchema = MappingProxyType(
    {
        "name": is_text,
        "pipeline_id": is_whole,
        "deal_probability": is_whole,
        "is_deal_rot_enabled": is_flag,
        "days_to_rotten": or_null(is_whole),
    }
)


def read_body(body: object, schema: BodySchema, required: tuple[str, ...] = ()) -> Record:
    """Check a decoded body; answers it unchanged.

    Raises:
        ApiError: 400 with ERR_SCHEMA_VALIDATION_FAILED.
    """
    if not isinstance(body, dict):
        raise invalid(f"expected object, received {describe(body)}")
    unknown = [key for key in body if key not in schema]
    if unknown:
        raise invalid(f"Unrecognized key(s) in object: {', '.join(unknown)}")
    for key in required:
        if body.get(key) in (None, ""):
            raise invalid(f"{key}: Required")
    for key, value in body.items():
        if not schema[key](value):
            raise invalid(f"{key}: Invalid value of type {describe(value)}")
    return body
