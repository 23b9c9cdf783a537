"""Messages about customers: found, missing, ambiguous, or not to be judged."""

from fortnox_bridge.domain.catalogue.message import Message, Turn

MESSAGES: tuple[Message, ...] = (
    Message(
        code="customer_missing",
        turn=Turn.SALESPERSON,
        sv="Affären {record} har varken företag eller kontaktperson.",
        en="The deal {record} has neither a company nor a contact.",
        remedy_sv="Koppla ett företag till affären och tryck på Replay.",
        remedy_en="Add a company to the deal and press Replay.",
    ),
    Message(
        code="contact_not_allowed",
        turn=Turn.ADMINISTRATOR,
        sv="Affären {record} har inget företag, bara kontaktpersonen {contact}, och privatpersoner blir inte kunder.",
        en="The deal {record} has no company, only the contact {contact}, and contacts do not become customers.",
        remedy_sv=(
            "Koppla ett företag till affären, eller slå på ”Kontakter som kunder” i inställningarna, och "
            "tryck på Replay."
        ),
        remedy_en=(
            "Add a company to the deal, or switch on “Contacts as customers” in the settings, and press Replay."
        ),
    ),
    Message(
        code="contact_no_customer",
        turn=Turn.ADMINISTRATOR,
        sv="{contact} är en kontaktperson, och privatpersoner blir inte kunder.",
        en="{contact} is a contact, and contacts do not become customers.",
        remedy_sv="Slå på ”Kontakter som kunder” i inställningarna och tryck på Replay.",
        remedy_en="Switch on “Contacts as customers” in the settings and press Replay.",
    ),
    Message(
        code="customers_not_readable",
        turn=Turn.ADMINISTRATOR,
        sv="Kunder kan inte läsas för sig ur {system}, bara tillsammans med sina affärer.",
        en="Customers cannot be read by themselves from {system}, only together with their deals.",
        remedy_sv="Låt kunderna följa med när deras affärer blir utkast.",
        remedy_en="Let the customers come along when their deals become drafts.",
    ),
    Message(
        code="customer_deleted",
        turn=Turn.SALESPERSON,
        sv="{customer} på affären {record} är borttagen i källsystemet.",
        en="{customer} on the deal {record} has been deleted in the source system.",
        remedy_sv="Koppla rätt företag eller kontaktperson till affären och tryck på Replay.",
        remedy_en="Put the right company or contact on the deal and press Replay.",
    ),
    Message(
        code="customer_name_missing",
        turn=Turn.SALESPERSON,
        sv="Kundposten {customer} har inget namn som Fortnox kan ta emot.",
        en="The customer record {customer} has no name that Fortnox can take.",
        remedy_sv="Fyll i namnet på kundposten och tryck på Replay.",
        remedy_en="Fill in the name on the customer record and press Replay.",
    ),
    Message(
        code="customer_not_found",
        turn=Turn.BOOKKEEPER,
        sv="Ingen kund i Fortnox motsvarar {customer}. Sökt på: {tried}.",
        en="No customer in Fortnox corresponds to {customer}. Searched by: {tried}.",
        remedy_sv=(
            "Lägg upp kunden i Fortnox eller tillåt att nya kunder skapas i inställningarna, och tryck på Replay."
        ),
        remedy_en="Create the customer in Fortnox or allow new customers in the settings, and press Replay.",
    ),
    Message(
        code="customer_ambiguous",
        turn=Turn.BOOKKEEPER,
        sv="Flera kunder i Fortnox har {field} {value}: {candidates}.",
        en="Several customers in Fortnox have {field} {value}: {candidates}.",
        remedy_sv=(
            "Välj rätt kund på körningens sida, eller gör dubbletterna inaktiva i Fortnox, och tryck på Replay."
        ),
        remedy_en=(
            "Choose the right customer on the run page, or make the duplicates inactive in Fortnox, and press Replay."
        ),
    ),
    Message(
        code="customer_inactive",
        turn=Turn.BOOKKEEPER,
        sv="{customer} finns bara som inaktiv kund i Fortnox: {candidates}.",
        en="{customer} exists in Fortnox only as an inactive customer: {candidates}.",
        remedy_sv="Aktivera kunden i Fortnox (Kunder) och tryck på Replay.",
        remedy_en="Activate the customer in Fortnox (Customers) and press Replay.",
    ),
    Message(
        code="customer_copy_incomplete",
        turn=Turn.NOBODY,
        sv=(
            "Kunden {customer} söks i en kopia av kundregistret, som är läst till {known} av {total} kunder. "
            "Ingen ny kund skapas förrän alla är lästa."
        ),
        en=(
            "The customer {customer} is looked up in a copy of the customer register, of which {known} of {total} "
            "customers are read. No new customer is created until all of them are."
        ),
        remedy_sv="Vänta; körningen fortsätter av sig själv.",
        remedy_en="Wait; the run goes on by itself.",
    ),
    Message(
        code="match_field_empty",
        turn=Turn.SALESPERSON,
        sv="Fältet {field} är tomt på {customer} i {system}, och kunden söks med det i Fortnox.",
        en="The field {field} is empty on {customer} in {system}, and the customer is looked up in Fortnox by it.",
        remedy_sv="Fyll i fältet och tryck på Replay.",
        remedy_en="Fill in the field and press Replay.",
    ),
    Message(
        code="match_field_invalid",
        turn=Turn.SALESPERSON,
        sv="Fältet {field} på {customer} i {system} innehåller ”{value}”, som inte går att söka med i Fortnox.",
        en="The field {field} on {customer} in {system} holds “{value}”, which Fortnox cannot be searched by.",
        remedy_sv="Rätta fältet och tryck på Replay.",
        remedy_en="Correct the field and press Replay.",
    ),
    Message(
        code="organisation_number_invalid",
        turn=Turn.SALESPERSON,
        sv=(
            "Fältet {field} på {customer} i {system} innehåller ”{value}”, som inte är ett giltigt "
            "organisations- eller "
            "personnummer."
        ),
        en=(
            "The field {field} on {customer} in {system} holds “{value}”, which is no valid "
            "organisation or personal number."
        ),
        remedy_sv="Rätta numret och tryck på Replay.",
        remedy_en="Correct the number and press Replay.",
    ),
    Message(
        code="email_invalid",
        turn=Turn.SALESPERSON,
        sv="Fältet {field} på {customer} i {system} innehåller ”{value}”, som inte är en e-postadress.",
        en="The field {field} on {customer} in {system} holds “{value}”, which is no e-mail address.",
        remedy_sv="Rätta adressen och tryck på Replay.",
        remedy_en="Correct the address and press Replay.",
    ),
    Message(
        code="customer_field_invalid",
        turn=Turn.SALESPERSON,
        sv="Fältet {field} på {customer} i {system} innehåller ”{value}”, som Fortnox inte tar emot som {target}.",
        en="The field {field} on {customer} in {system} holds “{value}”, which Fortnox does not take as {target}.",
        remedy_sv="Rätta fältet, eller ändra fältmappningen i inställningarna, och tryck på Replay.",
        remedy_en="Correct the field, or change the field mapping in the settings, and press Replay.",
    ),
    Message(
        code="vat_number_invalid",
        turn=Turn.SALESPERSON,
        sv="Fältet {field} på {customer} i {system} innehåller ”{value}”, som inte är ett momsregistreringsnummer.",
        en="The field {field} on {customer} in {system} holds “{value}”, which is no VAT number.",
        remedy_sv="Rätta numret, med landskod först som i SE556036079301, och tryck på Replay.",
        remedy_en="Correct the number, country code first as in SE556036079301, and press Replay.",
    ),
    Message(
        code="gln_invalid",
        turn=Turn.SALESPERSON,
        sv="Fältet {field} på {customer} i {system} innehåller ”{value}”, som inte är ett GLN med 13 siffror.",
        en="The field {field} on {customer} in {system} holds “{value}”, which is no GLN of 13 digits.",
        remedy_sv="Rätta numret och tryck på Replay.",
        remedy_en="Correct the number and press Replay.",
    ),
    Message(
        code="customer_vat_type_invalid",
        turn=Turn.ADMINISTRATOR,
        sv="Fältet {field} på {customer} i {system} innehåller ”{value}”, som inte är en av Fortnox momstyper.",
        en="The field {field} on {customer} in {system} holds “{value}”, which is none of Fortnox’s VAT types.",
        remedy_sv=(
            "Skriv swedish, swedish_reverse_charge, eu_reverse_charge, eu_consumer eller export i fältet och "
            "tryck på Replay."
        ),
        remedy_en=(
            "Put swedish, swedish_reverse_charge, eu_reverse_charge, eu_consumer or export in the field and "
            "press Replay."
        ),
    ),
    Message(
        code="customer_number_invalid",
        turn=Turn.SALESPERSON,
        sv="Fältet {field} på {customer} i {system} innehåller ”{value}”, som inte kan vara ett kundnummer i Fortnox.",
        en="The field {field} on {customer} in {system} holds “{value}”, which cannot be a customer number in Fortnox.",
        remedy_sv=(
            "Skriv ett enda kundnummer i fältet och tryck på Replay. Har två poster slagits ihop kan bådas nummer "
            "stå där."
        ),
        remedy_en=(
            "Put one customer number in the field and press Replay. If two records were merged, it may hold both "
            "their numbers."
        ),
    ),
    Message(
        code="customer_number_empty",
        turn=Turn.SALESPERSON,
        sv="Fältet {field} på {customer} i {system} är tomt, och nya kunders nummer hämtas därifrån.",
        en="The field {field} on {customer} in {system} is empty, and the number of new customers is taken from it.",
        remedy_sv="Fyll i kundnumret och tryck på Replay.",
        remedy_en="Fill in the customer number and press Replay.",
    ),
    Message(
        code="customer_number_taken",
        turn=Turn.BOOKKEEPER,
        sv="Kundnummer {number} tillhör {found} i Fortnox, inte {customer}.",
        en="Customer number {number} belongs to {found} in Fortnox, not to {customer}.",
        remedy_sv=(
            "Rätta kundnumret i källsystemet, eller namn och organisationsnummer där de är fel, och tryck på Replay."
        ),
        remedy_en=(
            "Correct the customer number in the source system, or name and organisation number where they "
            "are wrong, and press Replay."
        ),
    ),
    Message(
        code="customer_reassigned",
        turn=Turn.BOOKKEEPER,
        sv=(
            "Kundnummer {number} hörde till {expected} men tillhör nu {found} i Fortnox. Inget utkast står "
            "kvar på fel kund."
        ),
        en=(
            "Customer number {number} belonged to {expected} but now belongs to {found} in Fortnox. No draft "
            "remains on the wrong customer."
        ),
        remedy_sv=(
            "Kontrollera kunden i Fortnox och tryck på Replay, så görs ett nytt utkast. Ett utkast som hann hamna "
            "på fel kund är makulerat."
        ),
        remedy_en=(
            "Check the customer in Fortnox and press Replay: a new draft is made then. A draft that already "
            "stood on the wrong customer is cancelled."
        ),
    ),
    Message(
        code="customer_reassigned_kept",
        turn=Turn.BOOKKEEPER,
        sv=(
            "Utkast {document} står på kundnummer {number}, som tillhör {found} och inte {expected}. Någon "
            "har redan ändrat det, så det lämnades orört."
        ),
        en=(
            "Draft {document} stands on customer number {number}, which belongs to {found} and not to "
            "{expected}. Somebody has already changed it, so it was left alone."
        ),
        remedy_sv="Rätta eller makulera utkastet i Fortnox.",
        remedy_en="Correct or cancel the draft in Fortnox.",
    ),
    Message(
        code="customer_being_created",
        turn=Turn.NOBODY,
        sv="Kunden {customer} skapas just nu av en annan körning.",
        en="The customer {customer} is being created by another run right now.",
        remedy_sv="Vänta; körningen fortsätter av sig själv.",
        remedy_en="Wait; the run goes on by itself.",
    ),
    Message(
        code="customer_outcome_unknown",
        turn=Turn.NOBODY,
        sv="Fortnox svarade inte när kunden {customer} skapades; vi väntar för att inte skapa den två gånger.",
        en="Fortnox did not answer when the customer {customer} was created; we wait so as not to create it twice.",
        remedy_sv="Vänta; körningen fortsätter av sig själv.",
        remedy_en="Wait; the run goes on by itself.",
    ),
    Message(
        code="customer_link_broken",
        turn=Turn.BOOKKEEPER,
        sv="Det sparade kundnumret {number} för {customer} finns inte längre i Fortnox; kunden söktes på nytt.",
        en=(
            "The remembered customer number {number} of {customer} no longer exists in Fortnox; the customer "
            "was looked up afresh."
        ),
        remedy_sv="Kontrollera att rätt kund står på utkastet.",
        remedy_en="Check that the right customer stands on the draft.",
    ),
    Message(
        code="customer_field_cleaned",
        turn=Turn.SALESPERSON,
        sv="Tecken som Fortnox inte tar emot togs bort ur {field} för {customer}.",
        en="Characters that Fortnox does not take were removed from {field} of {customer}.",
        remedy_sv="Kontrollera kundens uppgifter i Fortnox.",
        remedy_en="Check the customer's details in Fortnox.",
    ),
    Message(
        code="country_assumed",
        turn=Turn.SALESPERSON,
        sv="{customer} har inget land; {country} antogs.",
        en="{customer} has no country; {country} was assumed.",
        remedy_sv="Fyll i landet på kundposten om det är ett annat.",
        remedy_en="Fill in the country on the customer record if it is another.",
    ),
    Message(
        code="number_not_written_back",
        turn=Turn.ADMINISTRATOR,
        sv="Kundnumret {number} kunde inte skrivas till fältet {field} på {customer}: {reason}",
        en="The customer number {number} could not be written to the field {field} of {customer}: {reason}",
        remedy_sv="Kontrollera fältet och behörigheten i källsystemet.",
        remedy_en="Check the field and the permission in the source system.",
    ),
)
