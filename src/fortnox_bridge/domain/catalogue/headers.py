"""Messages about what a draft says besides its rows: days, references, addresses, terms."""

from fortnox_bridge.domain.catalogue.message import Message, Turn

MESSAGES: tuple[Message, ...] = (
    Message(
        code="period_locked",
        turn=Turn.BOOKKEEPER,
        sv="Dokumentets dag {day} för {record} ligger i en period som är låst i Fortnox till och med {locked}.",
        en="The document's day {day} of {record} lies in a period that is locked in Fortnox up to {locked}.",
        remedy_sv=(
            "Lås upp perioden i Fortnox (Inställningar, Bokföring, Låst period), ändra dagen på affären, eller låt "
            "inställningen document.when_period_is_locked ta nästa öppna dag. Tryck sedan på Replay."
        ),
        remedy_en=(
            "Unlock the period in Fortnox (Settings, Bookkeeping, Locked period), change the day of the deal, or let "
            "the setting document.when_period_is_locked take the next open day. Then press Replay."
        ),
    ),
    Message(
        code="period_just_locked",
        turn=Turn.NOBODY,
        sv="Perioden låstes i Fortnox till och med {locked} medan utkastet skapades; det planeras om.",
        en="The period was locked in Fortnox up to {locked} while the draft was being made; it is planned anew.",
        remedy_sv="Ingen åtgärd behövs: körningen fortsätter av sig själv.",
        remedy_en="Nothing to do: the run goes on by itself.",
    ),
    Message(
        code="document_date_moved",
        turn=Turn.BOOKKEEPER,
        sv="Dokumentets dag blev {opened} i stället för {day}, eftersom perioden är låst till och med {locked}.",
        en="The document's day became {opened} instead of {day}, since the period is locked up to {locked}.",
        remedy_sv="Kontrollera att dagen är rätt.",
        remedy_en="Check that the day is right.",
    ),
    Message(
        code="document_date_missing",
        turn=Turn.SALESPERSON,
        sv="Fältet {field} på {record} är tomt, och det ska ge dokumentets dag.",
        en="The field {field} of {record} is empty, and it gives the document's day.",
        remedy_sv="Fyll i fältet och tryck på Replay, eller välj en annan dag i inställningarna (document.date).",
        remedy_en="Fill in the field and press Replay, or choose another day in the settings (document.date).",
    ),
    Message(
        code="date_unreadable",
        turn=Turn.SALESPERSON,
        sv="Fältet {field} på {record} innehåller ”{value}”, som inte går att läsa som en dag.",
        en="The field {field} of {record} holds “{value}”, which cannot be read as a day.",
        remedy_sv="Skriv dagen som 2026-11-23 och tryck på Replay.",
        remedy_en="Write the day as 2026-11-23 and press Replay.",
    ),
    Message(
        code="due_date_before_document",
        turn=Turn.SALESPERSON,
        sv="Förfallodagen {due} i fältet {field} på {record} ligger före dokumentets dag {day}.",
        en="The due date {due} in the field {field} of {record} comes before the document's day {day}.",
        remedy_sv="Rätta dagen på affären och tryck på Replay.",
        remedy_en="Correct the day of the deal and press Replay.",
    ),
    Message(
        code="register_entry_missing",
        turn=Turn.ADMINISTRATOR,
        sv="Värdet ”{value}” i fältet {field} på {record} finns inte i Fortnox under {register}.",
        en="The value “{value}” in the field {field} of {record} does not exist in Fortnox under {register}.",
        remedy_sv=(
            "Skriv en kod eller en benämning som finns under {register} i Fortnox, eller lägg upp den där, "
            "och tryck på Replay."
        ),
        remedy_en=(
            "Write a code or a name that exists under {register} in Fortnox, or add it there, and press Replay."
        ),
    ),
    Message(
        code="register_entry_inactive",
        turn=Turn.ADMINISTRATOR,
        sv="Värdet ”{value}” i fältet {field} på {record} är inaktivt i Fortnox under {register}.",
        en="The value “{value}” in the field {field} of {record} is inactive in Fortnox under {register}.",
        remedy_sv="Aktivera det i Fortnox eller välj ett annat värde, och tryck på Replay.",
        remedy_en="Activate it in Fortnox or choose another value, and press Replay.",
    ),
    Message(
        code="document_language_unknown",
        turn=Turn.SALESPERSON,
        sv="Språket ”{value}” i fältet {field} på {record} finns inte; svenska (SV) och engelska (EN) finns.",
        en="The language “{value}” in the field {field} of {record} does not exist; documents are Swedish (SV) or "
        "English (EN).",
        remedy_sv="Skriv SV eller EN i fältet och tryck på Replay.",
        remedy_en="Write SV or EN in the field and press Replay.",
    ),
    Message(
        code="currency_rate_invalid",
        turn=Turn.SALESPERSON,
        sv="Valutakursen ”{value}” i fältet {field} på {record} är ingen kurs.",
        en="The currency rate “{value}” in the field {field} of {record} is no rate.",
        remedy_sv="Skriv kursen som 11,25 eller töm fältet, så gäller kursen i Fortnox. Tryck sedan på Replay.",
        remedy_en="Write the rate as 11.25, or empty the field to use the rate in Fortnox. Then press Replay.",
    ),
    Message(
        code="currency_rate_one",
        turn=Turn.BOOKKEEPER,
        sv="{record} säger att kursen för {currency} är 1.",
        en="{record} says that the rate of {currency} is 1.",
        remedy_sv="Kontrollera valutakursen på utkastet innan det bokförs.",
        remedy_en="Check the currency rate of the draft before it is booked.",
    ),
    Message(
        code="document_field_cleaned",
        turn=Turn.BOOKKEEPER,
        sv="Tecken som Fortnox inte tar emot ersattes i fältet {field} på dokumentet för {record}.",
        en="Characters that Fortnox does not accept were replaced in the field {field} of the document of {record}.",
        remedy_sv="Kontrollera texten på utkastet.",
        remedy_en="Check the text of the draft.",
    ),
    Message(
        code="document_field_cut",
        turn=Turn.BOOKKEEPER,
        sv="Texten i fältet {field} på dokumentet för {record} kortades till {limit} tecken.",
        en="The text in the field {field} of the document of {record} was cut to {limit} characters.",
        remedy_sv="Kontrollera texten på utkastet.",
        remedy_en="Check the text of the draft.",
    ),
    Message(
        code="order_number_cut",
        turn=Turn.BOOKKEEPER,
        sv="Ordernumret ”{number}” för {record} är längre än {limit} tecken; hela numret står i kommentaren.",
        en="The order number “{number}” of {record} is longer than {limit} characters; the whole of it is in the "
        "comments.",
        remedy_sv="Kontrollera ordernumret på utkastet.",
        remedy_en="Check the order number of the draft.",
    ),
    Message(
        code="remarks_replace_standard_text",
        turn=Turn.BOOKKEEPER,
        sv="Texten från {record} ersätter företagets standardtext på dokumentet.",
        en="The text from {record} replaces the company's standard text on the document.",
        remedy_sv="Ta bort raden för remarks i inställningarna (document.mapping) om standardtexten ska stå kvar.",
        remedy_en="Remove the row for remarks in the settings (document.mapping) if the standard text shall stay.",
    ),
)
