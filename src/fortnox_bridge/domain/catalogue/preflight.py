"""Messages about the Fortnox company's own set-up, found before anything is written (F8)."""

from fortnox_bridge.domain.catalogue.message import Message, Turn

MESSAGES: tuple[Message, ...] = (
    Message(
        code="fiscal_year_missing",
        turn=Turn.BOOKKEEPER,
        sv="Fortnox har inget räkenskapsår för {day}. Ett dokument med det datumet kan inte skapas.",
        en="Fortnox has no financial year for {day}. A document of that day cannot be created.",
        remedy_sv="Lägg upp räkenskapsåret under Inställningar > Bokföring > Räkenskapsår i Fortnox och kör Replay.",
        remedy_en="Add the year under Inställningar > Bokföring > Räkenskapsår in Fortnox and run Replay.",
    ),
    Message(
        code="fiscal_year_ends_soon",
        turn=Turn.BOOKKEEPER,
        sv="Räkenskapsåret tar snart slut: Fortnox har inget för {day}.",
        en="The financial year ends soon: Fortnox has none for {day}.",
        remedy_sv="Lägg upp nästa räkenskapsår under Inställningar > Bokföring > Räkenskapsår i Fortnox.",
        remedy_en="Add the next year under Inställningar > Bokföring > Räkenskapsår in Fortnox.",
    ),
    Message(
        code="account_missing",
        turn=Turn.BOOKKEEPER,
        sv="Konto {account} finns inte i Fortnox kontoplan. Det används av: {used_by}.",
        en="Account {account} is not in Fortnox's chart of accounts. Used by: {used_by}.",
        remedy_sv="Lägg upp kontot under Register > Kontoplan i Fortnox, eller välj ett annat, och kör Replay.",
        remedy_en="Add the account under Register > Kontoplan in Fortnox, or choose another, and run Replay.",
    ),
    Message(
        code="account_inactive",
        turn=Turn.BOOKKEEPER,
        sv="Konto {account} är inaktivt i Fortnox. Det används av: {used_by}.",
        en="Account {account} is inactive in Fortnox. Used by: {used_by}.",
        remedy_sv="Aktivera kontot under Register > Kontoplan i Fortnox, eller välj ett annat, och kör Replay.",
        remedy_en="Activate the account under Register > Kontoplan in Fortnox, or choose another, and run Replay.",
    ),
    Message(
        code="vat_rate_without_account",
        turn=Turn.ADMINISTRATOR,
        sv=(
            "Momssatsen {rate} % finns inte i en vanlig svensk kontoplan, och inget konto är angivet för den. "
            "Den används av: {used_by}."
        ),
        en=(
            "The VAT rate {rate} % is in no ordinary Swedish chart of accounts, and no account is named for it. "
            "Used by: {used_by}."
        ),
        remedy_sv="Ange ett konto med den momssatsen under Moms i synkinställningarna, eller rätta satsen.",
        remedy_en="Name an account with that rate under VAT in the sync settings, or correct the rate.",
    ),
    Message(
        code="vat_codes_missing",
        turn=Turn.BOOKKEEPER,
        sv="Inget aktivt konto i Fortnox kontoplan har en momskod. Momssatserna går kanske inte att använda.",
        en="No active account in Fortnox's chart carries a VAT code. VAT rates may not be usable.",
        remedy_sv="Sätt momskoder på försäljningskontona under Register > Kontoplan i Fortnox.",
        remedy_en="Set VAT codes on the sales accounts under Register > Kontoplan in Fortnox.",
    ),
    Message(
        code="register_currency_missing",
        turn=Turn.BOOKKEEPER,
        sv="Valutan {currency} finns inte i Fortnox valutaregister.",
        en="The currency {currency} is not in Fortnox's register of currencies.",
        remedy_sv="Lägg upp valutan under Register > Valutor i Fortnox, eller välj en annan i synkinställningarna.",
        remedy_en="Add the currency under Register > Valutor in Fortnox, or choose another in the sync settings.",
    ),
    Message(
        code="named_article_missing",
        turn=Turn.ADMINISTRATOR,
        sv="Artikel {article}, som inställningen {used_by} anger, finns inte i Fortnox.",
        en="Article {article}, which the setting {used_by} names, is not in Fortnox.",
        remedy_sv="Lägg upp artikeln under Register > Artiklar i Fortnox, eller ange en annan i synkinställningarna.",
        remedy_en="Add the article under Register > Artiklar in Fortnox, or name another in the sync settings.",
    ),
    Message(
        code="named_article_inactive",
        turn=Turn.ADMINISTRATOR,
        sv="Artikel {article}, som inställningen {used_by} anger, är inaktiv i Fortnox.",
        en="Article {article}, which the setting {used_by} names, is inactive in Fortnox.",
        remedy_sv="Aktivera artikeln under Register > Artiklar i Fortnox, eller ange en annan i synkinställningarna.",
        remedy_en="Activate the article under Register > Artiklar in Fortnox, or name another in the sync settings.",
    ),
    Message(
        code="today_locked",
        turn=Turn.BOOKKEEPER,
        sv="Perioden är låst i Fortnox till och med {until}. Utkast med dagens datum parkeras.",
        en="The period is locked in Fortnox up to {until}. Drafts dated today are parked.",
        remedy_sv=(
            "Lås upp perioden under Inställningar > Bokföring > Lås period i Fortnox, eller välj nästa öppna dag "
            "under Dokument i synkinställningarna."
        ),
        remedy_en=(
            "Unlock the period under Inställningar > Bokföring > Lås period in Fortnox, or choose the next open day "
            "under Document in the sync settings."
        ),
    ),
    Message(
        code="today_locked_moves",
        turn=Turn.BOOKKEEPER,
        sv="Perioden är låst i Fortnox till och med {until}. Utkast får första öppna dag som datum.",
        en="The period is locked in Fortnox up to {until}. Drafts take the first open day as their date.",
        remedy_sv="Lås upp perioden under Inställningar > Bokföring > Lås period i Fortnox om dagens datum ska gälla.",
        remedy_en="Unlock it under Inställningar > Bokföring > Lås period in Fortnox if today's date shall hold.",
    ),
    Message(
        code="period_locked_until",
        turn=Turn.NOBODY,
        sv="Perioden är låst i Fortnox till och med {until}. Dagens datum är öppet.",
        en="The period is locked in Fortnox up to {until}. Today is open.",
        remedy_sv="",
        remedy_en="",
    ),
    Message(
        code="bank_details_missing",
        turn=Turn.BOOKKEEPER,
        sv="Företaget har varken bankgiro, plusgiro eller IBAN i Fortnox. Utkast kan skapas men inte skickas.",
        en="The company has neither bankgiro, plusgiro nor IBAN in Fortnox. Drafts can be made but not sent.",
        remedy_sv="Fyll i bankuppgifter under Inställningar > Företagsinställningar i Fortnox.",
        remedy_en="Enter bank details under Inställningar > Företagsinställningar in Fortnox.",
    ),
    Message(
        code="warehouse_on",
        turn=Turn.NOBODY,
        sv="Lagermodulen är på i Fortnox: lagerförda artiklar kan få andra levererade antal än utkastet anger.",
        en="The warehouse module is on in Fortnox: stocked articles may get other quantities than the draft states.",
        remedy_sv="",
        remedy_en="",
    ),
    Message(
        code="warehouse_off",
        turn=Turn.NOBODY,
        sv="Lagermodulen är av i Fortnox.",
        en="The warehouse module is off in Fortnox.",
        remedy_sv="",
        remedy_en="",
    ),
    Message(
        code="warehouse_ready_without_module",
        turn=Turn.ADMINISTRATOR,
        sv="Synkinställningarna klarmarkerar dokument för lagret, men lagermodulen är av i Fortnox.",
        en="The sync settings mark documents as ready for the warehouse, but the module is off in Fortnox.",
        remedy_sv="Stäng av klarmarkeringen under Dokument i synkinställningarna, eller slå på lagermodulen i Fortnox.",
        remedy_en="Switch the marking off under Document in the sync settings, or the warehouse module on in Fortnox.",
    ),
    Message(
        code="preflight_not_judged",
        turn=Turn.NOBODY,
        sv="Kan inte kontrolleras förrän Fortnox är anslutet igen.",
        en="Cannot be checked before Fortnox is connected again.",
        remedy_sv="",
        remedy_en="",
    ),
    Message(
        code="preflight_unreadable",
        turn=Turn.ADMINISTRATOR,
        sv="Kan inte kontrolleras ({part}): anslutningen får inte läsa det i Fortnox. Fortnox svarade: ”{message}”",
        en="Cannot be checked ({part}): the connection may not read it in Fortnox. Fortnox said: “{message}”",
        remedy_sv=(
            "Lägg till behörigheten (bookkeeping för konton och räkenskapsår, warehouse för lager) i "
            "FORTNOX_BRIDGE_FORTNOX__EXTRA_SCOPES och anslut Fortnox igen, om kontrollen önskas."
        ),
        remedy_en=(
            "Add the scope (bookkeeping for accounts and financial years, warehouse for stock) to "
            "FORTNOX_BRIDGE_FORTNOX__EXTRA_SCOPES and connect Fortnox again, if the check is wanted."
        ),
    ),
)
