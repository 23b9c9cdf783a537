"""The words of explanations, in Swedish and English: kinds of origin, rules, and the neutral model's own fields."""

from collections.abc import Mapping
from typing import Final

from fortnox_bridge.domain.language import Language
from fortnox_bridge.domain.origin import ValueOrigin

BY_KIND: Final[Mapping[Language, Mapping[ValueOrigin | None, str]]] = {
    Language.SWEDISH: {
        ValueOrigin.SOURCE: "Från {system}: {by}.",
        ValueOrigin.CUSTOMER_CARD: "Från kundens kort i Fortnox.",
        ValueOrigin.ARTICLE: "Från artikeln i Fortnox.",
        ValueOrigin.CONNECTION_DEFAULT: "Från synkinställningarna: {by}.",
        ValueOrigin.FORTNOX_DEFAULT: "Fortnox eget val: inget skickas.",
        ValueOrigin.DECISION: "Bestämt av regel: {by}",
        None: "Varifrån värdet kommer är inte sparat.",
    },
    Language.ENGLISH: {
        ValueOrigin.SOURCE: "From {system}: {by}.",
        ValueOrigin.CUSTOMER_CARD: "From the customer's card in Fortnox.",
        ValueOrigin.ARTICLE: "From the article in Fortnox.",
        ValueOrigin.CONNECTION_DEFAULT: "From the sync settings: {by}.",
        ValueOrigin.FORTNOX_DEFAULT: "Fortnox's own choice: nothing is sent.",
        ValueOrigin.DECISION: "Decided by a rule: {by}",
        None: "Where the value comes from was not recorded.",
    },
}

# What `Origin.by` says when it is no field's path and no settings key. A test finds those without words.
_RULES: Final[Mapping[str, tuple[str, str]]] = {
    "template": ("en textmall i synkinställningarna", "a text template in the sync settings"),
    "deal.discounts": ("affärens rabatter", "the deal's discounts"),
    "deal.billing_address": ("affärens fakturaadress", "the deal's billing address"),
    "deal.delivery_address": ("affärens leveransadress", "the deal's delivery address"),
    "deal.prices_include_vat": ("om priserna anges med moms", "whether prices include VAT"),
    "line.discounts": ("radens rabatter", "the line's discounts"),
    "line.quantity": ("radens antal", "the line's quantity"),
    "line.unit_price": ("radens à-pris", "the line's unit price"),
    "line.vat_rate": ("radens momssats", "the line's VAT rate"),
    "instalment.due_on": ("delbetalningens dag", "the instalment's day"),
    "instalment.amount": ("delbetalningens belopp", "the instalment's amount"),
    "vat_number": ("kundens momsregistreringsnummer", "the customer's VAT number"),
    "organisation_number": ("kundens organisationsnummer", "the customer's organisation number"),
    "name": ("kundens namn", "the customer's name"),
    "products.source": ("fältet som pekar ut artikeln", "the field that names the article"),
    "match.customer": (
        "kunden som matchningen kom fram till; steget match visar hur.",
        "the customer that matching arrived at; the step match shows how.",
    ),
    "document.marker": (
        "bryggans märke, som gör att utkastet aldrig skapas två gånger.",
        "the bridge's marker, by which the draft is never made twice.",
    ),
    "document.no_freight": (
        "ingen frakt, vad än kundens kort säger.",
        "no freight, whatever the customer's card says.",
    ),
    "document.no_administration_fee": (
        "ingen faktureringsavgift, vad än kundens kort säger.",
        "no administration fee, whatever the customer's card says.",
    ),
    "document.billing_address": (
        "tom, eftersom affärens fakturaadress inte anger den.",
        "empty, since the deal's billing address does not state it.",
    ),
    "document.delivery_address": (
        "tom, så att kortets leveransadress inte blandas in.",
        "empty, so that the card's delivery address is not mixed in.",
    ),
    "document.vat_basis": (
        "priserna antas vara utan moms, eftersom källan inte säger något.",
        "prices are taken to be without VAT, since the source says nothing.",
    ),
    "document.trigger_day": ("dagen då affären kvalificerade sig.", "the day the deal qualified."),
    "document.when_period_is_locked": (
        "första öppna dag efter den låsta perioden.",
        "the first open day after the locked period.",
    ),
    "document.flattened_line": (
        "antal 1 gånger radens summa, eftersom Fortnox bara håller två decimaler.",
        "quantity 1 times the line's total, since Fortnox keeps two decimals only.",
    ),
    "document.text_row": ("en textrad.", "a text row."),
    "document.left_empty": (
        "uttryckligen tom, så att Fortnox inte fyller i något eget.",
        "explicitly empty, so that Fortnox fills in nothing of its own.",
    ),
    "document.no_discount": (
        "ingen rabatt, vad än kundens kort säger.",
        "no discount, whatever the customer's card says.",
    ),
    "document.instalment_share": (
        "affärens rader med samma momssats, i proportion.",
        "the deal's lines of the same VAT rate, in proportion.",
    ),
    "products.deal_discount": (
        "affärens rabatt, fördelad enligt synkinställningarna.",
        "the deal's discount, spread as the sync settings say.",
    ),
    "products.picked_by_user": ("artikeln som en person har valt.", "the article that a person picked."),
    "vat.sale": ("momsbeslutet för försäljningen.", "the VAT decision of the sale."),
    "vat.row_rate": ("radens momssats.", "the row's VAT rate."),
    "customer.kind": (
        "företag eller privatperson, av fälten på kunden.",
        "company or private person, by the customer's fields.",
    ),
}
RULES: Final[Mapping[Language, Mapping[str, str]]] = {
    Language.SWEDISH: {rule: words[0] for rule, words in _RULES.items()},
    Language.ENGLISH: {rule: words[1] for rule, words in _RULES.items()},
}

_OBJECTS: Final[Mapping[str, tuple[str, str]]] = {
    "deal": ("affären", "the deal"),
    "company": ("företaget", "the company"),
    "contact": ("kontakten", "the contact"),
    "owner": ("affärens ägare", "the deal's owner"),
    "line": ("raden", "the line"),
    "product": ("produkten", "the product"),
}
_NAMES: Final[Mapping[str, tuple[str, str]]] = {
    "id": ("id", "id"),
    "title": ("rubrik", "title"),
    "name": ("namn", "name"),
    "first_name": ("förnamn", "first name"),
    "last_name": ("efternamn", "last name"),
    "number": ("nummer", "number"),
    "message": ("meddelande", "message"),
    "amount": ("värde", "value"),
    "currency": ("valuta", "currency"),
    "email": ("e-post", "e-mail"),
    "phone": ("telefon", "phone"),
    "website": ("webbplats", "website"),
    "code": ("artikelkod", "code"),
    "unit": ("enhet", "unit"),
    "description": ("beskrivning", "description"),
    "comment": ("kommentar", "comment"),
    "url": ("länk", "link"),
    "address": ("adress", "address"),
    "delivery_address": ("leveransadress", "delivery address"),
    "organisation_number": ("organisationsnummer", "organisation number"),
    "personal_number": ("personnummer", "personal number"),
    "vat_number": ("momsregistreringsnummer", "VAT number"),
    "expected_close_on": ("förväntat avslut", "expected close"),
    "created_at": ("skapad", "created"),
    "closed_at": ("stängd", "closed"),
    "due_on": ("förfallodag", "due date"),
}


def path_words(path: str, language: Language) -> str | None:
    """A neutral field in words, such as `company.name`; None for a field of the source's own."""
    head, _, name = path.partition(".")
    base = name.partition(".")[0]
    if head not in _OBJECTS or base not in _NAMES:
        return None
    column = 0 if language is Language.SWEDISH else 1
    joint = "på" if language is Language.SWEDISH else "of"
    return f"{_NAMES[base][column]} {joint} {_OBJECTS[head][column]}"
