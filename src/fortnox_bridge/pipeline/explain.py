"""Errors in the users' own words: the source by its title, and its fields by their labels."""

from collections.abc import Awaitable, Iterable
from typing import TypeVar

from fortnox_bridge.domain.catalogue import describe
from fortnox_bridge.domain.draft_plan import DraftPlan, NewCustomer
from fortnox_bridge.domain.errors import BridgeError, SettingsInvalid, Transient, UserAction
from fortnox_bridge.domain.fields import CUSTOM
from fortnox_bridge.domain.records import RegisterEntry
from fortnox_bridge.pipeline.context import StageContext

OutcomeT = TypeVar("OutcomeT")


async def explained(ctx: StageContext, error: UserAction) -> UserAction:
    """The same error with `system` named, and with its `field` by the source's label when the source can tell.

    `company.custom:1b6f…` is a true answer but nobody's name for a field.
    """
    error = await _cause(ctx, error)
    params = {"system": ctx.source_title, **error.params}
    path = params.get("field")
    if path is not None:
        params["field"] = (await field_labels(ctx, [path])).get(path, path)
    return type(error)(error.code, detail=error.detail, where=error.where, **params)


async def brought_to_outcome(ctx: StageContext, work: Awaitable[OutcomeT]) -> OutcomeT:
    """Await a run's work. A refusal goes out explained; what came of it is about to be recorded."""
    try:
        outcome = await work
    except UserAction as error:
        raise await explained(ctx, error) from error
    ctx.checkpoint("run.outcome_ready")
    return outcome


async def _cause(ctx: StageContext, error: UserAction) -> UserAction:
    """A deal without lines where lines are switched off says so: adding some would be no remedy (F7)."""
    if error.code != "deal_without_lines" or ctx.source.features is None:
        return error
    try:
        missing = await ctx.source.features.missing_features()
    except (UserAction, Transient):
        return error
    return next((SettingsInvalid(each.code, where=error.where, **each.params) for each in missing), error)


def reason_of(ctx: StageContext, error: BridgeError) -> str:
    """What went wrong as a sentence within another one, in the connection's language."""
    params = {"system": ctx.source_title, **error.params}
    return describe(error.code, params, ctx.rules.notes.language).what


async def plan_labels(ctx: StageContext, plan: DraftPlan) -> dict[str, str]:
    """Labels of the source's own fields that the plan drew from; the neutral model's have words of their own."""
    drawn = [plan.origins, *(row.origins for row in plan.rows)]
    if isinstance(plan.customer, NewCustomer):
        drawn.append({str(name): origin for name, origin in plan.customer.origins.items()})
    if plan.customer_update is not None:
        drawn.append({str(name): origin for name, origin in plan.customer_update.origins.items()})
    return await field_labels(ctx, {each.by for origins in drawn for each in origins.values() if CUSTOM in each.by})


async def field_labels(ctx: StageContext, paths: Iterable[str]) -> dict[str, str]:
    """What users call these fields in the source, at most a day old; those that nobody knows are left out."""
    wanted = set(paths)
    if not wanted or ctx.source.fields is None:
        return {}
    key = f"source_fields:{ctx.connection.source_account_id}"
    remembered = await ctx.registers.register(key)
    labels = {entry.code: entry.description for entry in remembered or ()}
    if not wanted <= labels.keys():
        labels = await _read_labels(ctx, key) or labels
    return {path: labels[path] for path in sorted(wanted & labels.keys())}


async def _read_labels(ctx: StageContext, key: str) -> dict[str, str]:
    assert ctx.source.fields is not None
    try:
        fields = await ctx.source.fields.list_fields()
    except (UserAction, Transient):
        # A missing label must not replace the error or the draft that matters.
        return {}
    await ctx.registers.keep_register(key, tuple(RegisterEntry(field.path, field.label) for field in fields))
    return {field.path: field.label for field in fields}
