"""The draft's days: its own, when it is due, when it is delivered (F52). Swedish calendar days."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from fortnox_bridge.domain.clock import business_date
from fortnox_bridge.domain.deal import Deal
from fortnox_bridge.domain.document import DocumentKind
from fortnox_bridge.domain.errors import SourceDataInvalid, UserAction
from fortnox_bridge.domain.fortnox_fields import DocumentField
from fortnox_bridge.domain.instalment import is_instalment
from fortnox_bridge.domain.mapped import field_text, find_mapped
from fortnox_bridge.domain.origin import Origin, ValueOrigin
from fortnox_bridge.domain.rules import DocumentDate, DocumentRules, LockedPeriod
from fortnox_bridge.domain.run import Notice
from fortnox_bridge.domain.working_days import add_working_days
from fortnox_bridge.pipeline.document.header_part import FORTNOX, Part, left

DOCUMENT_DATE = "document_date"


@dataclass(frozen=True, slots=True)
class DateFacts:
    """`trigger_day`: the day the deal qualified. `locked_until`: last day of the company's locked period."""

    trigger_day: date
    locked_until: date | None = None


def decide_dates(deal: Deal, kind: DocumentKind, facts: DateFacts, rules: DocumentRules) -> tuple[date, Part]:
    """The document's own day, and the rest of the days.

    Raises:
        SourceDataInvalid: a day is missing, is none, or comes before the document's own.
        UserAction: `period_locked`.
    """
    day, own = _document_date(deal, facts, rules)
    return day, own | _due_date(deal, kind, day, rules) | _delivery_date(deal, day, rules)


def wanted_day(deal: Deal, trigger_day: date, rules: DocumentRules) -> date:
    """The document's day as the settings want it, locked period or not; an instalment's is its own."""
    if is_instalment(deal.ref):
        return deal.instalments[0].due_on
    if rules.date is DocumentDate.TRIGGER_DAY or rules.date_source is None:
        return trigger_day
    text = field_text(rules.date_source, deal)
    if text is None:
        raise SourceDataInvalid(
            "document_date_missing", where=deal.url, record=deal.title, field=str(rules.date_source)
        )
    return _read_day(text, str(rules.date_source), deal)


def _document_date(deal: Deal, facts: DateFacts, rules: DocumentRules) -> tuple[date, Part]:
    day = wanted_day(deal, facts.trigger_day, rules)
    if is_instalment(deal.ref):
        origin = Origin(ValueOrigin.SOURCE, "instalment.due_on")
    elif rules.date is DocumentDate.SOURCE:
        origin = Origin(ValueOrigin.SOURCE, str(rules.date_source))
    else:
        origin = Origin(ValueOrigin.DECISION, "document.trigger_day")
    if facts.locked_until is None or day > facts.locked_until:
        return day, Part(origins={DOCUMENT_DATE: origin})
    params = {"record": deal.title, "day": day.isoformat(), "locked": facts.locked_until.isoformat()}
    if rules.when_locked is LockedPeriod.PARK:
        raise UserAction("period_locked", where=deal.url, **params)
    opened = facts.locked_until + timedelta(days=1)
    moved = Notice("document_date_moved", {**params, "opened": opened.isoformat()})
    return opened, Part(
        origins={DOCUMENT_DATE: Origin(ValueOrigin.DECISION, "document.when_period_is_locked")}, notices=(moved,)
    )


def _due_date(deal: Deal, kind: DocumentKind, day: date, rules: DocumentRules) -> Part:
    """Orders have none (facts, fortnox.md 7.4): the invoice made of one gets it from the terms of payment."""
    if kind is DocumentKind.ORDER:
        return Part()
    target = DocumentField.DUE_DATE
    mapped = find_mapped(rules.mapping, target, deal)
    if mapped is None:
        return left(target, Origin(FORTNOX.kind, DocumentField.TERMS_OF_PAYMENT))
    due = _read_day(mapped.text, mapped.by, deal)
    if due < day:
        raise SourceDataInvalid(
            "due_date_before_document",
            where=deal.url,
            record=deal.title,
            field=mapped.by,
            due=due.isoformat(),
            day=day.isoformat(),
        )
    return Part({target: due.isoformat()}, {target: Origin(ValueOrigin.SOURCE, mapped.by)})


def _delivery_date(deal: Deal, day: date, rules: DocumentRules) -> Part:
    """A day before the document's is right: goods are often invoiced after they were delivered."""
    target = DocumentField.DELIVERY_DATE
    mapped = find_mapped(rules.mapping, target, deal)
    count = rules.delivery_working_days
    if mapped is None and count is None:
        return left(target, FORTNOX)
    by = mapped.by if mapped else "document.delivery_working_days"
    delivered = _read_day(mapped.text, by, deal) if mapped else day
    if count is not None:
        try:
            delivered = add_working_days(delivered, count)
        except OverflowError as error:
            raise _unreadable(delivered.isoformat(), by, deal) from error
    kind = ValueOrigin.SOURCE if mapped else ValueOrigin.CONNECTION_DEFAULT
    return Part({target: delivered.isoformat()}, {target: Origin(kind, by)})


def _read_day(text: str, by: str, deal: Deal) -> date:
    """A day, or the Swedish day of an instant; of a range its first day."""
    first = text.partition("–")[0].strip()
    try:
        return date.fromisoformat(first)
    except ValueError:
        pass
    try:
        instant = datetime.fromisoformat(first)
        return business_date(instant) if instant.tzinfo is not None else instant.date()
    except (ValueError, OverflowError) as error:
        raise _unreadable(text, by, deal) from error


def _unreadable(text: str, by: str, deal: Deal) -> SourceDataInvalid:
    return SourceDataInvalid("date_unreadable", where=deal.url, record=deal.title, field=by, value=text[:100])
