"""Messages about what is missing in Fortnox's registers and settings. `{message}` is Fortnox's own sentence."""

from fortnox_bridge.domain.catalogue.message import Message, Turn

MESSAGES: tuple[Message, ...] = (
    Message(
        code="fortnox_account_missing",
        turn=Turn.BOOKKEEPER,
        sv="Ett konto saknas i Fortnox kontoplan för räkenskapsåret. Fortnox svarade: ”{message}”",
        en="An account is missing in Fortnox's chart of accounts for the year. Fortnox said: “{message}”",
        remedy_sv="Lägg upp kontot under Register > Kontoplan i Fortnox, eller byt konto på artikeln.",
        remedy_en="Add the account under Register > Kontoplan in Fortnox, or change the article's account.",
    ),
    Message(
        code="fortnox_account_inactive",
        turn=Turn.BOOKKEEPER,
        sv="Ett konto är inaktivt i Fortnox. Fortnox svarade: ”{message}”",
        en="An account is inactive in Fortnox. Fortnox said: “{message}”",
        remedy_sv="Aktivera kontot under Register > Kontoplan i Fortnox, eller byt konto på artikeln.",
        remedy_en="Activate the account under Register > Kontoplan in Fortnox, or change the article's account.",
    ),
    Message(
        code="fortnox_currency_missing",
        turn=Turn.BOOKKEEPER,
        sv="Valutan finns inte i Fortnox. Fortnox svarade: ”{message}”",
        en="The currency is not in Fortnox. Fortnox said: “{message}”",
        remedy_sv="Lägg upp valutan under Register > Valutor i Fortnox och kör Replay.",
        remedy_en="Add the currency under Register > Valutor in Fortnox and run Replay.",
    ),
    Message(
        code="fortnox_terms_of_payment_missing",
        turn=Turn.ADMINISTRATOR,
        sv="Betalningsvillkoret finns inte i Fortnox. Fortnox svarade: ”{message}”",
        en="The terms of payment are not in Fortnox. Fortnox said: “{message}”",
        remedy_sv=(
            "Välj ett annat i synkinställningarna, eller lägg upp det under Register > Betalningsvillkor i Fortnox."
        ),
        remedy_en="Choose others in the sync settings, or add them under Register > Betalningsvillkor in Fortnox.",
    ),
    Message(
        code="fortnox_terms_of_delivery_missing",
        turn=Turn.ADMINISTRATOR,
        sv="Leveransvillkoret finns inte i Fortnox. Fortnox svarade: ”{message}”",
        en="The terms of delivery are not in Fortnox. Fortnox said: “{message}”",
        remedy_sv=(
            "Välj ett annat i synkinställningarna, eller lägg upp det under Register > Leveransvillkor i Fortnox."
        ),
        remedy_en="Choose others in the sync settings, or add them under Register > Leveransvillkor in Fortnox.",
    ),
    Message(
        code="fortnox_way_of_delivery_missing",
        turn=Turn.ADMINISTRATOR,
        sv=(
            "Leveranssättet på kunden eller i inställningarna finns inte längre i Fortnox. Fortnox svarade: ”{message}”"
        ),
        en=(
            "The way of delivery on the customer or in the settings is no longer in Fortnox. Fortnox said: “{message}”"
        ),
        remedy_sv="Byt leveranssätt på kunden i Fortnox, eller lägg upp det under Register > Leveranssätt.",
        remedy_en="Change it on the customer in Fortnox, or add it under Register > Leveranssätt.",
    ),
    Message(
        code="fortnox_price_missing",
        turn=Turn.BOOKKEEPER,
        sv="Fortnox hittar inget pris för artikeln. Fortnox svarade: ”{message}”",
        en="Fortnox finds no price for the article. Fortnox said: “{message}”",
        remedy_sv="Lägg in priset under Register > Prislistor i Fortnox.",
        remedy_en="Enter the price under Register > Prislistor in Fortnox.",
    ),
    Message(
        code="fortnox_price_list_missing",
        turn=Turn.ADMINISTRATOR,
        sv="Prislistan finns inte i Fortnox. Fortnox svarade: ”{message}”",
        en="The price list is not in Fortnox. Fortnox said: “{message}”",
        remedy_sv="Välj en annan i synkinställningarna, eller lägg upp den under Register > Prislistor i Fortnox.",
        remedy_en="Choose another in the sync settings, or add it under Register > Prislistor in Fortnox.",
    ),
    Message(
        code="fortnox_unit_missing",
        turn=Turn.ADMINISTRATOR,
        sv="Enheten finns inte i Fortnox. Fortnox svarade: ”{message}”",
        en="The unit is not in Fortnox. Fortnox said: “{message}”",
        remedy_sv="Lägg upp enheten under Register > Enheter i Fortnox och kör Replay.",
        remedy_en="Add the unit under Register > Enheter in Fortnox and run Replay.",
    ),
    Message(
        code="fortnox_project_missing",
        turn=Turn.ADMINISTRATOR,
        sv="Projektet finns inte i Fortnox. Fortnox svarade: ”{message}”",
        en="The project is not in Fortnox. Fortnox said: “{message}”",
        remedy_sv="Välj ett annat projekt, eller lägg upp det under Register > Projekt i Fortnox.",
        remedy_en="Choose another project, or add it under Register > Projekt in Fortnox.",
    ),
    Message(
        code="fortnox_cost_centre_required",
        turn=Turn.BOOKKEEPER,
        sv="Ett konto kräver kostnadsställe i Fortnox. Fortnox svarade: ”{message}”",
        en="An account requires a cost centre in Fortnox. Fortnox said: “{message}”",
        remedy_sv=(
            "Sätt kostnadsställe på kunden eller artikeln i Fortnox, eller ändra kontot under Register > Kontoplan."
        ),
        remedy_en=(
            "Set a cost centre on the customer or article in Fortnox, or change the account under Register > Kontoplan."
        ),
    ),
    Message(
        code="fortnox_vat_rate_unusable",
        turn=Turn.BOOKKEEPER,
        sv="Momssatsen går inte att använda i Fortnox. Fortnox svarade: ”{message}”",
        en="The VAT rate cannot be used in Fortnox. Fortnox said: “{message}”",
        remedy_sv=(
            "Lägg upp ett konto med momssatsen under Register > Kontoplan i Fortnox, eller rätta satsen på artikeln."
        ),
        remedy_en=(
            "Add an account that carries the rate under Register > Kontoplan in Fortnox, or correct the article's rate."
        ),
    ),
    Message(
        code="fortnox_period_locked",
        turn=Turn.BOOKKEEPER,
        sv="Perioden är låst i Fortnox. Fortnox svarade: ”{message}”",
        en="The period is locked in Fortnox. Fortnox said: “{message}”",
        remedy_sv=(
            "Välj ett senare datum, eller lås upp perioden under Inställningar > Bokföring > Lås period i Fortnox."
        ),
        remedy_en=(
            "Choose a later date, or unlock the period under Inställningar > Bokföring > Lås period in Fortnox."
        ),
    ),
    Message(
        code="fortnox_financial_year_missing",
        turn=Turn.BOOKKEEPER,
        sv="Räkenskapsåret för dokumentets datum finns inte i Fortnox. Fortnox svarade: ”{message}”",
        en="The financial year of the document's date is not in Fortnox. Fortnox said: “{message}”",
        remedy_sv="Lägg upp räkenskapsåret under Inställningar > Bokföring > Räkenskapsår i Fortnox.",
        remedy_en="Add the year under Inställningar > Bokföring > Räkenskapsår in Fortnox.",
    ),
    Message(
        code="fortnox_number_series",
        turn=Turn.BOOKKEEPER,
        sv="Fortnox nummerserie och OCR är i otakt. Fortnox svarade: ”{message}”",
        en="Fortnox's number series and OCR are out of step. Fortnox said: “{message}”",
        remedy_sv="Rätta nästa nummer under Inställningar > Nummerserier i Fortnox och kör Replay.",
        remedy_en="Correct the next number under Inställningar > Nummerserier in Fortnox and run Replay.",
    ),
    Message(
        code="fortnox_bank_details_missing",
        turn=Turn.BOOKKEEPER,
        sv="Företagets bankuppgifter saknas i Fortnox. Fortnox svarade: ”{message}”",
        en="The company's bank details are missing in Fortnox. Fortnox said: “{message}”",
        remedy_sv="Fyll i bankgiro eller konto under Inställningar > Företagsinställningar i Fortnox.",
        remedy_en="Enter bankgiro or account under Inställningar > Företagsinställningar in Fortnox.",
    ),
)
