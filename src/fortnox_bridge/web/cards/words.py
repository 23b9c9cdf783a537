"""The few words of a card, in Swedish and English, and sums and days as people write them."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from babel.dates import format_date
from babel.numbers import format_currency

from fortnox_bridge.domain.card import CardButton
from fortnox_bridge.domain.clock import BUSINESS_ZONE
from fortnox_bridge.domain.language import Language
from fortnox_bridge.domain.money import Money
from fortnox_bridge.domain.words import Words

BUTTONS: Final[Mapping[CardButton, Words]] = {
    CardButton.REFRESH: ("Läs om", "Refresh"),
    CardButton.UPDATE_CUSTOMER: ("Uppdatera i Fortnox", "Update in Fortnox"),
    CardButton.PREVIEW: ("Förhandsvisa", "Preview"),
    CardButton.CREATE_INVOICE: ("Skapa faktura", "Create invoice"),
    CardButton.CREATE_ORDER: ("Skapa order", "Create order"),
    CardButton.REPLAY: ("Replay: kör om", "Replay: run again"),
}
LABELS: Final[Mapping[str, Words]] = {
    "outstanding": ("Att betala", "Outstanding"),
    "overdue": ("Förfallet", "Overdue"),
    "nothing_overdue": ("Inget förfallet", "Nothing overdue"),
    "this_year": ("Omsättning i år", "Turnover this year"),
    "last_year": ("Omsättning i fjol", "Turnover last year"),
    "counting": ("räknas", "counting"),
    "documents": ("Senaste dokument", "Latest documents"),
    "deal_documents": ("Dokument", "Documents"),
    "no_documents": ("Inga dokument än.", "No documents yet."),
    "due": ("förfaller", "due"),
    "customer": ("Kund", "Customer"),
    "changed": ("Ändrat", "Changed"),
    "preview": ("Så skulle det bli", "As it would be"),
    "total": ("Att betala", "Total"),
    "run": ("Senaste körning", "Latest run"),
    "open_fortnox": ("Öppna Fortnox", "Open Fortnox"),
    "open_record": ("Öppna", "Open"),
    "ex_vat": ("exkl. moms", "ex VAT"),
    "title": ("Fortnox", "Fortnox"),
}


def sum_text(money: Money | None, language: Language) -> str | None:
    """Whole amounts without decimals, as a glance needs no more."""
    if money is None:
        return None
    locale = "sv_SE" if language is Language.SWEDISH else "en_GB"
    amount = money.amount
    is_whole = amount == amount.to_integral_value()
    text = format_currency(
        amount if not is_whole else amount.quantize(Decimal(1)),
        money.currency,
        locale=locale,
        currency_digits=not is_whole,
        format=None if not is_whole else ("#,##0 ¤" if language is Language.SWEDISH else "¤#,##0"),
    )
    return text.replace("\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}")


def day_text(day: date | None, language: Language) -> str | None:
    if day is None:
        return None
    return format_date(day, "d MMM yyyy", locale="sv_SE" if language is Language.SWEDISH else "en_GB")


def age_text(as_of: datetime | None, now: datetime, language: Language) -> str | None:
    """How long ago, in the largest unit that says it."""
    if as_of is None:
        return None
    is_swedish, age = language is Language.SWEDISH, now - as_of
    if age < timedelta(minutes=1):
        return "nyss" if is_swedish else "just now"
    if age < timedelta(hours=1):
        minutes = int(age.total_seconds() // 60)
        return f"för {minutes} min sedan" if is_swedish else f"{minutes} min ago"
    local = as_of.astimezone(BUSINESS_ZONE)
    if age < timedelta(hours=20):
        return f"kl. {local:%H:%M}" if is_swedish else f"at {local:%H:%M}"
    return f"{day_text(local.date(), language)} {local:%H:%M}"


def field_label(name: str, language: Language) -> str:
    """Our name of a Fortnox field as a person reads it."""
    del language
    return name.replace("_", " ").capitalize()
