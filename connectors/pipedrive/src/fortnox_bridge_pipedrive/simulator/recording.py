"""Every change of a record goes through here, so that times, webhooks and the search index never miss one."""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy

from fortnox_bridge_pipedrive.simulator.answers import Record
from fortnox_bridge_pipedrive.simulator.hook_payload import changed_keys, hook_view
from fortnox_bridge_pipedrive.simulator.state import Actor, Company, Event

# How many past states of a record the search index keeps; enough for any lag that a test asks for.
_INDEXED_STATES = 8


def add_record(company: Company, entity: str, record: Record, actor: Actor) -> Record:
    company.tables[entity][record["id"]] = record
    _index(company, entity, record)
    _emit(company, "create", entity, record["id"], hook_view(company, entity, record), None, actor)
    return record


@contextmanager
def changing(
    company: Company, entity: str, record: Record, actor: Actor, *, touch: bool = True, **extras: str
) -> Iterator[Record]:
    """Change a record, its lines or its discounts inside the block; afterwards one `change` event goes out.

    Nothing goes out when nothing changed. An exception inside the block leaves the record as it was.
    """
    kept = deepcopy(record)
    before = hook_view(company, entity, record)
    try:
        yield record
    except BaseException:
        record.clear()
        record.update(kept)
        raise
    after = hook_view(company, entity, record)
    if before == after and record == kept and not extras:
        return
    if touch and "update_time" in record:
        record["update_time"] = company.now()
        after = hook_view(company, entity, record)
    _index(company, entity, record)
    _emit(company, "change", entity, record["id"], after, changed_keys(before, after), actor, **extras)


def remove_record(company: Company, entity: str, record: Record, actor: Actor, **extras: str) -> None:
    """Soft deletion (sections 6 and 12): the record stays readable until it is purged."""
    before = hook_view(company, entity, record)
    record["is_deleted"] = True
    record["update_time"] = company.now()
    record["_deleted_at"] = company.clock.now()
    _index(company, entity, record)
    _emit(company, "delete", entity, record["id"], None, before, actor, **extras)


def emit_change(company: Company, entity: str, record: Record, before: Record, actor: Actor) -> None:
    """Event for records that are replaced as a whole (notes, stages)."""
    after = hook_view(company, entity, record)
    _emit(company, "change", entity, record["id"], after, changed_keys(before, after), actor)


def emit_delete(company: Company, entity: str, record: Record, actor: Actor) -> None:
    _emit(company, "delete", entity, record["id"], None, hook_view(company, entity, record), actor)


def _emit(
    company: Company,
    action: str,
    entity: str,
    entity_id: int,
    data: Record | None,
    previous: Record | None,
    actor: Actor,
    **extras: str,
) -> None:
    at = company.clock.now()
    company.publish(company, Event(action, entity, str(entity_id), data, previous, actor, at, extras))  # type: ignore[arg-type]  # literals above


def _index(company: Company, entity: str, record: Record) -> None:
    states = company.search_index.setdefault((entity, record["id"]), [])
    states.append((company.clock.now(), deepcopy(record)))
    del states[:-_INDEXED_STATES]
