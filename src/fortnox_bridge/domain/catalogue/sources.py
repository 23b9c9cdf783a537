"""Messages about a source system and the way to it; general over systems by `{system}`.

`{record}` names a record as the system itself does, such as `deal 812`; `{message}` is what the system said.
"""

from fortnox_bridge.domain.catalogue.message import Message, Turn

_RECORDS: tuple[Message, ...] = (
    Message(
        code="source_record_missing",
        turn=Turn.SALESPERSON,
        sv="{record} finns inte i {system}, eller syns inte för den användare som anslöt kontot.",
        en="{record} does not exist in {system}, or cannot be seen by the user who connected the account.",
        remedy_sv="Kontrollera att posten inte är borttagen eller sammanslagen och att den användaren får se den. "
        "Tryck sedan på Replay.",
        remedy_en="Check that the record is not deleted or merged and that this user may see it. Then press Replay.",
    ),
    Message(
        code="source_refused",
        turn=Turn.ADMINISTRATOR,
        sv="{system} tog inte emot uppgifterna om {record}: {message}",
        en="{system} did not accept the data about {record}: {message}",
        remedy_sv="Rätta det som {system} anmärker på, på posten eller i inställningarna, och tryck på Replay.",
        remedy_en="Correct what {system} objects to, on the record or in the settings, and press Replay.",
    ),
    Message(
        code="custom_currency",
        turn=Turn.SALESPERSON,
        sv="{record} i {system} har valutan {currency}, som är en egen valuta och inte kan faktureras.",
        en="{record} in {system} has the currency {currency}, which is of your own making and cannot be invoiced.",
        remedy_sv="Välj en riktig valuta på posten, till exempel SEK eller EUR, och tryck på Replay.",
        remedy_en="Choose a real currency on the record, such as SEK or EUR, and press Replay.",
    ),
    Message(
        code="source_tax_mixed",
        turn=Turn.SALESPERSON,
        sv="Raderna på {record} i {system} blandar priser med och utan moms.",
        en="The lines of {record} in {system} mix prices with and without VAT.",
        remedy_sv="Välj samma momssätt för alla rader på posten och tryck på Replay.",
        remedy_en="Choose the same tax method for all lines of the record and press Replay.",
    ),
    Message(
        code="source_discount_invalid",
        turn=Turn.SALESPERSON,
        sv="{record} i {system} har rabatten {value}, som inte kan stämma.",
        en="{record} in {system} has the discount {value}, which cannot be right.",
        remedy_sv="Ange en rabatt på 0 till 100 procent, eller ett belopp som inte är negativt, och tryck på Replay.",
        remedy_en="Enter a discount between 0 and 100 per cent, or an amount that is not negative, and press Replay.",
    ),
    Message(
        code="source_company_unclear",
        turn=Turn.SALESPERSON,
        sv="{record} i {system} har flera företag och inget är markerat som primärt: {candidates}.",
        en="{record} in {system} has several companies and none of them is the primary one: {candidates}.",
        remedy_sv="Markera det företag som ska faktureras som primärt på posten och tryck på Replay.",
        remedy_en="Make the company that shall be invoiced the primary one of the record and press Replay.",
    ),
    Message(
        code="source_line_incomplete",
        turn=Turn.SALESPERSON,
        sv="Raden {line} på {record} i {system} saknar {field}.",
        en="The line {line} of {record} in {system} lacks {field}.",
        remedy_sv="Fyll i det på raden och tryck på Replay.",
        remedy_en="Fill it in on the line and press Replay.",
    ),
    Message(
        code="source_line_currency",
        turn=Turn.SALESPERSON,
        sv="Raden {line} på {record} i {system} är i {currency}, men affären är i {deal_currency}.",
        en="The line {line} of {record} in {system} is in {currency}, but the deal is in {deal_currency}.",
        remedy_sv="Välj samma valuta för alla rader som för affären och tryck på Replay.",
        remedy_en="Choose the deal's currency for all of its lines and press Replay.",
    ),
    Message(
        code="source_lines_missing",
        turn=Turn.SALESPERSON,
        sv="{count} rader på {record} i {system} gick inte att läsa. Inget faktureras till hälften.",
        en="{count} lines of {record} in {system} could not be read. Nothing is invoiced by halves.",
        remedy_sv="Kontrollera raderna på posten och tryck på Replay.",
        remedy_en="Check the lines of the record and press Replay.",
    ),
)

_ACCESS: tuple[Message, ...] = (
    Message(
        code="connector_answer_wrong",
        turn=Turn.OPERATOR,
        sv="Kopplingen {connector} svarade något annat än den lovar ({capability}: {fault}).",
        en="The connector {connector} answered something else than it promises ({capability}: {fault}).",
        remedy_sv="Meddela den som har skrivit kopplingen; `fortnox-bridge connectors check` visar regeln.",
        remedy_en="Tell whoever wrote the connector; `fortnox-bridge connectors check` shows the rule.",
    ),
    Message(
        code="connector_hangs",
        turn=Turn.NOBODY,
        sv="Kopplingen {connector} svarade inte i tid ({capability}).",
        en="The connector {connector} did not answer in time ({capability}).",
        remedy_sv="Det görs om av sig självt. Fortsätter det, meddela den som har skrivit kopplingen.",
        remedy_en="It is tried again by itself. If it goes on, tell whoever wrote the connector.",
    ),
    Message(
        code="account_left_behind",
        turn=Turn.ADMINISTRATOR,
        sv="{system} kunde inte nås eller ville inte: webhookar, appen eller medgivandet kan stå kvar där.",
        en="{system} did not answer or refused: webhooks, the app or the consent may still stand there.",
        remedy_sv="Ta bort dem i {system}. Här är kontot bortkopplat och nycklarna raderade.",
        remedy_en="Remove them in {system}. Here the account is disconnected and its tokens are deleted.",
    ),
    Message(
        code="source_unauthorized",
        turn=Turn.ADMINISTRATOR,
        sv="Anslutningen till {system} gäller inte längre.",
        en="The connection to {system} is no longer valid.",
        remedy_sv="Anslut {system} igen. Det som väntar körs då av sig självt.",
        remedy_en="Connect {system} again. What is waiting then runs by itself.",
    ),
    Message(
        code="source_permission_missing",
        turn=Turn.ADMINISTRATOR,
        sv="Användaren som anslöt {system} får inte göra detta med {record}: {message}",
        en="The user who connected {system} is not allowed to do this with {record}: {message}",
        remedy_sv="Ge användaren rättigheten i {system} ({right}), eller anslut igen som administratör.",
        remedy_en="Give the user the right in {system} ({right}), or connect again as an administrator.",
    ),
    Message(
        code="source_scope_missing",
        turn=Turn.ADMINISTRATOR,
        sv="Appen saknar behörigheten {right} i {system}, som behövs för {record}.",
        en="The app lacks the scope {right} in {system}, which is needed for {record}.",
        remedy_sv="Lägg till behörigheten i appens registrering och anslut {system} igen, så att den godkänns.",
        remedy_en="Add the scope to the app's registration and connect {system} again, so that it is approved.",
    ),
    Message(
        code="source_plan_limit",
        turn=Turn.ADMINISTRATOR,
        sv="Ert abonnemang hos {system} tillåter inte mer: {message}",
        en="Your plan at {system} does not allow more: {message}",
        remedy_sv="Ta bort något som inte används i {system}, eller byt abonnemang, och tryck på Replay.",
        remedy_en="Remove something unused in {system}, or change the plan, and press Replay.",
    ),
    Message(
        code="source_products_off",
        turn=Turn.ADMINISTRATOR,
        sv="Produkter är avstängt i {system}, så affärernas rader går inte att läsa.",
        en="Products are switched off in {system}, so that the lines of deals cannot be read.",
        remedy_sv=(
            "En administratör slår på dem i {system} under Företagsinställningar > Produkter (Company settings > "
            "Products). Kör sedan Replay."
        ),
        remedy_en=("An administrator switches them on in {system} under Company settings > Products. Then run Replay."),
    ),
    Message(
        code="source_feature_missing",
        turn=Turn.ADMINISTRATOR,
        sv="En funktion som behövs för {record} är avstängd i {system}: {message}",
        en="A feature that is needed for {record} is switched off in {system}: {message}",
        remedy_sv="Slå på funktionen i inställningarna för {system} och tryck på Replay.",
        remedy_en="Switch the feature on in the settings of {system} and press Replay.",
    ),
    Message(
        code="source_account_closed",
        turn=Turn.ADMINISTRATOR,
        sv="Kontot hos {system} är stängt eller obetalt.",
        en="The account at {system} is closed or unpaid.",
        remedy_sv="Öppna kontot hos {system} igen och tryck sedan på Replay.",
        remedy_en="Reopen the account at {system}, then press Replay.",
    ),
)

_WAITING: tuple[Message, ...] = (
    Message(
        code="source_cursor_unknown",
        turn=Turn.ADMINISTRATOR,
        sv="Genomgången av {system} går inte att fortsätta: den började med andra villkor.",
        en="The walk through {system} cannot go on: it began with other conditions.",
        remedy_sv="Avbryt den och börja en ny.",
        remedy_en="Cancel it and begin a new one.",
    ),
    Message(
        code="source_unavailable",
        turn=Turn.NOBODY,
        sv="{system} svarar inte som det ska just nu.",
        en="{system} does not answer properly at the moment.",
        remedy_sv="Inget behöver göras. Nytt försök görs av sig självt.",
        remedy_en="Nothing needs to be done. It is tried again by itself.",
    ),
    Message(
        code="source_blocked",
        turn=Turn.OPERATOR,
        sv="{system} har tillfälligt spärrat anropen härifrån.",
        en="{system} has blocked the calls from here for a while.",
        remedy_sv="Nytt försök görs av sig självt om en stund. Händer det ofta, se efter vad mer som anropar {system}.",
        remedy_en="It is tried again by itself in a while. If it happens often, see what else calls {system}.",
    ),
    Message(
        code="source_rate_limited",
        turn=Turn.NOBODY,
        sv="{system} tar inte emot fler anrop just nu.",
        en="{system} accepts no more calls at the moment.",
        remedy_sv="Inget behöver göras. Nytt försök görs av sig självt.",
        remedy_en="Nothing needs to be done. It is tried again by itself.",
    ),
    Message(
        code="source_budget_empty",
        turn=Turn.ADMINISTRATOR,
        sv="Dagens anrop till {system} är slut. De delas av alla program som ert konto är kopplat till.",
        en="Today's calls to {system} are used up. All programs connected to your account share them.",
        remedy_sv="Körningen fortsätter av sig själv när {system} öppnar igen, senast efter midnatt. Händer det ofta, "
        "koppla bort program som inte används eller utöka abonnemanget.",
        remedy_en="The run goes on by itself when {system} opens again, at the latest after midnight. If it happens "
        "often, disconnect unused programs or extend the plan.",
    ),
    Message(
        code="source_outcome_unknown",
        turn=Turn.NOBODY,
        sv="{system} bekräftade inte ändringen av {record}; den kan ha gått igenom.",
        en="{system} did not confirm the change to {record}; it may have gone through.",
        remedy_sv="Inget behöver göras. Resultatet kontrolleras innan ett nytt försök görs.",
        remedy_en="Nothing needs to be done. The result is checked before it is tried again.",
    ),
    Message(
        code="source_answer_unreadable",
        turn=Turn.OPERATOR,
        sv="{system} svarade om {record} på ett sätt som inte gick att förstå (fältet {field}).",
        en="{system} answered about {record} in a way that could not be understood (field {field}).",
        remedy_sv="Försök igen med Replay. Kommer felet tillbaka, kontakta supporten: {system} kan ha ändrat sig.",
        remedy_en="Try again with Replay. If it comes back, contact support: {system} may have changed.",
    ),
)

_FIELDS_AND_FILES: tuple[Message, ...] = (
    Message(
        code="source_field_unknown",
        turn=Turn.ADMINISTRATOR,
        sv="Inställningarna pekar på fältet {field} på {record}, som inte längre finns i {system}.",
        en="The settings point at the field {field} on {record}, which no longer exists in {system}.",
        remedy_sv="Välj ett annat fält i inställningarna och tryck på Replay.",
        remedy_en="Choose another field in the settings and press Replay.",
    ),
    Message(
        code="source_field_value_refused",
        turn=Turn.ADMINISTRATOR,
        sv="Värdet {value} kan inte skrivas i fältet {field} på {record} i {system}, som är av en annan typ ({type}).",
        en="The value {value} cannot be written to the field {field} on {record} in {system}, which has another type "
        "({type}).",
        remedy_sv="Välj ett textfält i inställningarna och tryck på Replay.",
        remedy_en="Choose a text field in the settings and press Replay.",
    ),
    Message(
        code="source_field_not_creatable",
        turn=Turn.ADMINISTRATOR,
        sv="Fältet {field} av typen {type} kan inte skapas på {record} i {system}.",
        en="The field {field} of type {type} cannot be created on {record} in {system}.",
        remedy_sv="Välj en annan typ eller ett kortare namn, eller skapa fältet i {system} och välj det sedan här.",
        remedy_en="Choose another type or a shorter name, or create the field in {system} and choose it here.",
    ),
    Message(
        code="source_file_too_large",
        turn=Turn.ADMINISTRATOR,
        sv="Filen {file} är för stor för att läggas på {record} i {system}.",
        en="The file {file} is too large to be put on {record} in {system}.",
        remedy_sv="Hämta filen i Fortnox, eller slå av bifogade filer i inställningarna.",
        remedy_en="Get the file from Fortnox, or switch attached files off in the settings.",
    ),
)

_HOOKS: tuple[Message, ...] = (
    Message(
        code="source_hook_limit",
        turn=Turn.ADMINISTRATOR,
        sv="{system} har inte plats för fler webhooks på kontot: {message}",
        en="{system} has no room for more webhooks on the account: {message}",
        remedy_sv="Ta bort en webhook som inte används i {system} och anslut sedan igen.",
        remedy_en="Remove an unused webhook in {system}, then connect again.",
    ),
    Message(
        code="source_hook_url_refused",
        turn=Turn.OPERATOR,
        sv="{system} kan inte skicka händelser till {host}: {message}",
        en="{system} cannot send events to {host}: {message}",
        remedy_sv="Adressen måste kunna nås från internet med https, utan omdirigering och med ett giltigt certifikat. "
        "Rätta tjänstens publika adress och anslut igen.",
        remedy_en="The address must be reachable from the internet by https, without a redirect and with a valid "
        "certificate. Correct the service's public address and connect again.",
    ),
)

_NETWORK: tuple[Message, ...] = (
    Message(
        code="system_unreachable",
        turn=Turn.NOBODY,
        sv="{system} gick inte att nå.",
        en="{system} could not be reached.",
        remedy_sv="Inget behöver göras. Nytt försök görs av sig självt.",
        remedy_en="Nothing needs to be done. It is tried again by itself.",
    ),
    Message(
        code="system_unanswered",
        turn=Turn.NOBODY,
        sv="{system} svarade inte i tid; det som skickades kan ha gått igenom.",
        en="{system} did not answer in time; what was sent may have gone through.",
        remedy_sv="Inget behöver göras. Resultatet kontrolleras innan ett nytt försök görs.",
        remedy_en="Nothing needs to be done. The result is checked before it is tried again.",
    ),
    Message(
        code="answer_too_large",
        turn=Turn.OPERATOR,
        sv="{system} svarade med mer data än ett rimligt svar kan ha.",
        en="{system} answered with more data than any reasonable answer has.",
        remedy_sv="Försök igen med Replay. Kommer felet tillbaka, kontakta supporten.",
        remedy_en="Try again with Replay. If it comes back, contact support.",
    ),
    Message(
        code="host_refused",
        turn=Turn.OPERATOR,
        sv="En adress utanför {system} skulle ha anropats, vilket inte är tillåtet.",
        en="An address outside {system} would have been called, which is not allowed.",
        remedy_sv="Kontrollera adresserna i tjänstens inställningar, eller anslut {system} igen.",
        remedy_en="Check the addresses in the service's settings, or connect {system} again.",
    ),
)

MESSAGES: tuple[Message, ...] = (*_RECORDS, *_ACCESS, *_WAITING, *_FIELDS_AND_FILES, *_HOOKS, *_NETWORK)
