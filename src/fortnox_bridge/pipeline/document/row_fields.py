"""What the row mapping says of a line, checked in the registers: text, unit, cost centre, project, account (F47)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from fortnox_bridge.domain.deal import Deal, LineItem
from fortnox_bridge.domain.draft_plan import PlannedRow
from fortnox_bridge.domain.errors import SourceDataInvalid
from fortnox_bridge.domain.fortnox_fields import RowField
from fortnox_bridge.domain.mapped import Mapped, mapped_text
from fortnox_bridge.domain.origin import Origin, ValueOrigin
from fortnox_bridge.domain.rules import SyncRules
from fortnox_bridge.pipeline.articles.filling import unit_code
from fortnox_bridge.pipeline.context import StageContext
from fortnox_bridge.pipeline.register_codes import COST_CENTRES, PROJECTS, UNITS, RegisterCodes, read_codes

_REGISTERS: Final[Mapping[RowField, str]] = {
    RowField.UNIT: UNITS,
    RowField.COST_CENTRE: COST_CENTRES,
    RowField.PROJECT: PROJECTS,
}
_ACCOUNT: Final = re.compile(r"[1-9][0-9]{3}", re.ASCII)
# Where a row's fields come from when no mapping says otherwise.
_UNMAPPED: Final[Mapping[str, Origin]] = {
    "unit": Origin(ValueOrigin.ARTICLE, "unit"),
    "account_number": Origin(ValueOrigin.ARTICLE, "sales_account"),
    "cost_centre": Origin(ValueOrigin.FORTNOX_DEFAULT),
    "project": Origin(ValueOrigin.FORTNOX_DEFAULT),
}


@dataclass(frozen=True, slots=True)
class RowFields:
    """Mapped values of one row; None: not mapped, or its sources are empty. An account is checked by preflight."""

    text: str | None = None
    unit: str | None = None
    cost_centre: str | None = None
    project: str | None = None
    account: str | None = None
    origins: Mapping[str, Origin] = field(default_factory=dict)

    def on(self, row: PlannedRow) -> PlannedRow:
        """The row with everything but its text, which the row's own arithmetic may add to."""
        return replace(
            row,
            unit=self.unit,
            cost_centre=self.cost_centre,
            project=self.project,
            account_number=self.account,
            origins={**_UNMAPPED, **row.origins, **self.origins},
        )


async def gather_codes(ctx: StageContext, lines: Iterable[LineItem], deal: Deal) -> RegisterCodes:
    """The registers that hold the codes of these lines' rows."""
    wanted = [
        (_REGISTERS[target], said.text)
        for line in lines
        for target, said in _stated(line, deal, ctx.rules).items()
        if target in _REGISTERS
    ]
    return await read_codes(ctx, wanted)


def decide_fields(line: LineItem, deal: Deal, rules: SyncRules, codes: RegisterCodes) -> RowFields:
    """The row's mapped values.

    Raises:
        MappingMissing: a register has no such code, or it is not in use any more.
        SourceDataInvalid: no account number.
    """
    stated = _stated(line, deal, rules)
    values = {target: _checked(target, said, line, deal, codes) for target, said in stated.items()}
    names = {RowField.DESCRIPTION: "description", RowField.ACCOUNT: "account_number"}
    return RowFields(
        text=values.get(RowField.DESCRIPTION),
        unit=values.get(RowField.UNIT),
        cost_centre=values.get(RowField.COST_CENTRE),
        project=values.get(RowField.PROJECT),
        account=values.get(RowField.ACCOUNT),
        origins={
            names.get(target, target.value): Origin(ValueOrigin.SOURCE, said.by) for target, said in stated.items()
        },
    )


def _stated(line: LineItem, deal: Deal, rules: SyncRules) -> dict[RowField, Mapped]:
    stated: dict[RowField, Mapped] = {}
    for row in rules.document.row_mapping:
        said = mapped_text(row, deal, line)
        if said is None:
            continue
        if row.target is RowField.UNIT:
            said = replace(said, text=unit_code(said.text, rules.products))
        stated.setdefault(row.target, said)
    return stated


def _checked(target: RowField, said: Mapped, line: LineItem, deal: Deal, codes: RegisterCodes) -> str:
    if target in _REGISTERS:
        return codes.checked(_REGISTERS[target], said.text, product=line.name, field=said.by, where=deal.url)
    if target is RowField.ACCOUNT and not _ACCOUNT.fullmatch(said.text.strip()):
        raise SourceDataInvalid(
            "row_field_invalid",
            where=deal.url,
            product=line.name,
            field=said.by,
            target=target.value,
            value=said.text[:100],
        )
    return said.text.strip()
