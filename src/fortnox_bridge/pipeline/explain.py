"""Errors in the users' own words: the source by its title, and its fields by their labels."""

from fortnox_bridge.domain.errors import SettingsInvalid, Transient, UserAction
from fortnox_bridge.pipeline.context import StageContext


async def explained(ctx: StageContext, error: UserAction) -> UserAction:
    """The same error with `system` named, and with its `field` by the source's label when the source can tell.

    `company.custom:1b6f…` is a true answer but nobody's name for a field.
    """
    error = await _cause(ctx, error)
    params = {"system": ctx.source_title, **error.params}
    path = params.get("field")
    if path is not None:
        params["field"] = (await field_labels(ctx)).get(path, path)
    return type(error)(error.code, detail=error.detail, where=error.where, **params)


async def _cause(ctx: StageContext, error: UserAction) -> UserAction:
    """A deal without lines where lines are switched off says so: adding some would be no remedy (F7)."""
    if error.code != "deal_without_lines" or ctx.source.features is None:
        return error
    try:
        missing = await ctx.source.features.missing_features()
    except (UserAction, Transient):
        return error
    return next((SettingsInvalid(each.code, where=error.where, **each.params) for each in missing), error)


async def field_labels(ctx: StageContext) -> dict[str, str]:
    """What users call the source's fields, by path; empty when the source cannot tell."""
    if ctx.source.fields is None:
        return {}
    try:
        return {field.path: field.label for field in await ctx.source.fields.list_fields()}
    except (UserAction, Transient):
        # A missing label must not replace the error that matters.
        return {}
