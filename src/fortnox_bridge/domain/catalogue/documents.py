"""Messages about documents: what they sum up to and what became of them."""

from fortnox_bridge.domain.catalogue.message import Message, Turn

MESSAGES: tuple[Message, ...] = (
    Message(
        code="deal_without_lines",
        turn=Turn.SALESPERSON,
        sv="{record} har inga rader att fakturera.",
        en="{record} has no lines to invoice.",
        remedy_sv=(
            "Lägg till produkter på affären, eller välj en artikel för affärer utan rader i inställningarna, "
            "och tryck på Replay."
        ),
        remedy_en=(
            "Add products to the deal, or choose an article for deals without lines in the settings, and press Replay."
        ),
    ),
    Message(
        code="deal_amount_missing",
        turn=Turn.SALESPERSON,
        sv="{record} har varken rader eller värde.",
        en="{record} has neither lines nor a value.",
        remedy_sv="Fyll i affärens värde eller lägg till produkter och tryck på Replay.",
        remedy_en="Fill in the deal's value or add products and press Replay.",
    ),
    Message(
        code="instalments_present",
        turn=Turn.SALESPERSON,
        sv="{record} har {count} delbetalningar, vilket inte kan bli ett enda utkast.",
        en="{record} has {count} instalments, which cannot become one draft.",
        remedy_sv=(
            "Ta bort delbetalningarna, fakturera för hand i Fortnox, eller välj i inställningen document.instalments "
            "vad som ska ske. Tryck sedan på Replay."
        ),
        remedy_en=(
            "Remove the instalments, invoice by hand in Fortnox, or choose in the setting document.instalments what "
            "shall happen. Then press Replay."
        ),
    ),
    Message(
        code="instalments_billed_in_full",
        turn=Turn.BOOKKEEPER,
        sv="{record} har {count} delbetalningar, men hela summan står på ett dokument.",
        en="{record} has {count} instalments, but the whole amount is on one document.",
        remedy_sv="Kontrollera betalningsvillkoret på utkastet.",
        remedy_en="Check the terms of payment of the draft.",
    ),
    Message(
        code="split_into_instalments",
        turn=Turn.NOBODY,
        sv="{record} faktureras med {count} delbetalningar, var och en med ett eget utkast.",
        en="{record} is billed in {count} instalments, each with a draft of its own.",
        remedy_sv="Inget behöver göras; varje delbetalning har en egen körning.",
        remedy_en="Nothing needs to be done; each instalment has a run of its own.",
    ),
    Message(
        code="instalments_drafted",
        turn=Turn.BOOKKEEPER,
        sv="Delbetalningar av {record} har redan egna utkast i Fortnox, så att hela affären skulle faktureras dubbelt.",
        en="Instalments of {record} have drafts in Fortnox already, so that the whole deal would be billed twice.",
        remedy_sv="Ställ tillbaka document.instalments till one_draft_each, eller makulera delbetalningarnas utkast.",
        remedy_en="Set document.instalments back to one_draft_each, or cancel the drafts of the instalments.",
    ),
    Message(
        code="instalment_missing",
        turn=Turn.SALESPERSON,
        sv="Delbetalningen finns inte längre på {record}.",
        en="The instalment no longer exists on {record}.",
        remedy_sv="Inget utkast skapas. Kontrollera delbetalningarna på affären.",
        remedy_en="No draft is made. Check the instalments of the deal.",
    ),
    Message(
        code="instalment_not_shareable",
        turn=Turn.BOOKKEEPER,
        sv="Delbetalningen av {record} går inte att fördela på momssatser, eftersom en momssats har negativ summa.",
        en="The instalment of {record} cannot be shared out over VAT rates, since one rate has a negative sum.",
        remedy_sv="Rätta raderna på affären eller fakturera delbetalningen för hand i Fortnox.",
        remedy_en="Correct the lines of the deal or invoice the instalment by hand in Fortnox.",
    ),
    Message(
        code="instalment_article_missing",
        turn=Turn.ADMINISTRATOR,
        sv="Artikeln {number} för delbetalningar finns inte i Fortnox, är inaktiv eller är en husarbetesartikel.",
        en="The article {number} for instalments does not exist in Fortnox, is inactive or is a housework article.",
        remedy_sv="Lägg upp eller aktivera artikeln i Fortnox, eller välj en annan i document.instalment_article.",
        remedy_en="Add or activate the article in Fortnox, or choose another in document.instalment_article.",
    ),
    Message(
        code="preview_first_instalment",
        turn=Turn.NOBODY,
        sv="{record} har {count} delbetalningar; den första visas.",
        en="{record} has {count} instalments; the first is shown.",
        remedy_sv="Inget behöver göras.",
        remedy_en="Nothing needs to be done.",
    ),
    Message(
        code="recurring_endless",
        turn=Turn.SALESPERSON,
        sv="Raden {line} på {record} återkommer utan slut, så att hela avtalstiden inte går att fakturera.",
        en="The line {line} of {record} recurs without end, so that its full term cannot be billed.",
        remedy_sv="Ange antalet perioder på raden, eller fakturera bara den första (inställningen document.recurring).",
        remedy_en="State the number of periods on the line, or bill the first period (the setting document.recurring).",
    ),
    Message(
        code="recurring_line_billed",
        turn=Turn.BOOKKEEPER,
        sv="Raden {product} återkommer; utkastet gäller {periods} period(er).",
        en="The line {product} recurs; the draft is for {periods} period(s).",
        remedy_sv="Se till att övriga perioder faktureras, om det finns några.",
        remedy_en="See to it that the other periods are billed, if there are any.",
    ),
    Message(
        code="currency_missing",
        turn=Turn.BOOKKEEPER,
        sv="Valutan {currency} på {record} finns inte i Fortnox.",
        en="The currency {currency} of {record} does not exist in Fortnox.",
        remedy_sv="Lägg till valutan i Fortnox (Inställningar, Valutor) och tryck på Replay.",
        remedy_en="Add the currency in Fortnox (Settings, Currencies) and press Replay.",
    ),
    Message(
        code="total_negative",
        turn=Turn.BOOKKEEPER,
        sv="{record} summerar till {total}, vilket skulle bli en kredit.",
        en="{record} adds up to {total}, which would be a credit.",
        remedy_sv="Rätta raderna eller skapa krediten för hand i Fortnox.",
        remedy_en="Correct the lines or make the credit by hand in Fortnox.",
    ),
    Message(
        code="totals_differ",
        turn=Turn.BOOKKEEPER,
        sv="Summan för {record} stämmer inte: källan säger {expected}, utkastet skulle bli {predicted}.",
        en="The total of {record} does not agree: the source says {expected}, the draft would be {predicted}.",
        remedy_sv="Kontrollera rader, rabatter och moms på affären och tryck på Replay.",
        remedy_en="Check lines, discounts and VAT of the deal and press Replay.",
    ),
    Message(
        code="totals_differ_after",
        turn=Turn.BOOKKEEPER,
        sv="Fortnox räknade fram {answered} i stället för väntade {predicted}; utkastet är märkt ”ej klar”.",
        en="Fortnox came to {answered} instead of the expected {predicted}; the draft is marked “not finished”.",
        remedy_sv="Kontrollera raderna på utkastet innan det bokförs.",
        remedy_en="Check the rows of the draft before it is booked.",
    ),
    Message(
        code="quantity_set_to_zero",
        turn=Turn.BOOKKEEPER,
        sv="Fortnox satte antalet {quantity} av {product} till 0 på utkast {number}; det kan saknas i lager.",
        en="Fortnox set the quantity {quantity} of {product} to 0 on draft {number}; it may be out of stock.",
        remedy_sv="Kontrollera lagret i Fortnox och rätta antalet på utkastet innan det bokförs.",
        remedy_en="Check the stock in Fortnox and correct the quantity on the draft before it is booked.",
    ),
    Message(
        code="rounded_to_kronor",
        turn=Turn.NOBODY,
        sv="Fortnox avrundar med {rounding} {currency}; att betala blir {payable} {currency}.",
        en="Fortnox rounds by {rounding} {currency}; what is left to pay is {payable} {currency}.",
        remedy_sv="Inget behöver göras: öresavrundningen är företagets egen inställning i Fortnox.",
        remedy_en="Nothing needs to be done: rounding to whole kronor is the company's own setting in Fortnox.",
    ),
    Message(
        code="warehouse_not_ready",
        turn=Turn.BOOKKEEPER,
        sv="Utkast {number} kunde inte klarmarkeras för lagret. Fortnox svarade: ”{message}”",
        en="Draft {number} could not be marked ready for the warehouse. Fortnox said: “{message}”",
        remedy_sv=(
            "Klarmarkera fakturan i Fortnox när orsaken är åtgärdad, eller stäng av inställningen "
            "document.warehouse_ready."
        ),
        remedy_en=(
            "Mark the invoice ready in Fortnox when the cause is gone, or switch off the setting "
            "document.warehouse_ready."
        ),
    ),
    Message(
        code="rounding_row_added",
        turn=Turn.BOOKKEEPER,
        sv="En rad för öresutjämning på {difference} lades till på {record}, så att summan blir källans {expected}.",
        en="A rounding row of {difference} was added to {record}, so that the total is the source's {expected}.",
        remedy_sv="Kontrollera att skillnaden är rimlig; gränsen står i inställningen document.allowed_difference.",
        remedy_en="Check that the difference is reasonable; the limit is the setting document.allowed_difference.",
    ),
    Message(
        code="rounding_article_missing",
        turn=Turn.ADMINISTRATOR,
        sv="Artikeln {number} för öresutjämning finns inte i Fortnox, är inaktiv eller är en husarbetesartikel.",
        en="The rounding article {number} does not exist in Fortnox, is inactive or is a housework article.",
        remedy_sv="Lägg upp eller aktivera artikeln i Fortnox, eller välj en annan i document.rounding_article.",
        remedy_en="Add or activate the article in Fortnox, or choose another in document.rounding_article.",
    ),
    Message(
        code="deal_amount_differs",
        turn=Turn.SALESPERSON,
        sv="Affärens värde {stated} stämmer inte med radernas summa {lines}; raderna gäller.",
        en="The deal's value {stated} does not agree with the sum of its lines {lines}; the lines count.",
        remedy_sv="Kontrollera affärens rader och rabatter.",
        remedy_en="Check the deal's lines and discounts.",
    ),
    Message(
        code="vat_basis_assumed",
        turn=Turn.BOOKKEEPER,
        sv="{record} säger inte om priserna är med eller utan moms; utan moms antogs.",
        en="{record} does not say whether prices include VAT; without VAT was assumed.",
        remedy_sv="Ställ in det i inställningarna om priserna är med moms.",
        remedy_en="Set it in the settings if prices include VAT.",
    ),
    Message(
        code="document_kind_unknown",
        turn=Turn.ADMINISTRATOR,
        sv="Dokumentslaget {kind} finns inte.",
        en="The document kind {kind} does not exist.",
        remedy_sv="Välj faktura eller order.",
        remedy_en="Choose invoice or order.",
    ),
    Message(
        code="document_removed",
        turn=Turn.BOOKKEEPER,
        sv=(
            "Utkast {number} för {record} är makulerat eller borttaget i Fortnox, och inget nytt skapas av sig självt."
        ),
        en="Draft {number} of {record} was cancelled or removed in Fortnox, and no new one is made by itself.",
        remedy_sv="Begär uttryckligen ett nytt dokument från körningens sida om det behövs.",
        remedy_en="Ask for a new document explicitly from the run page if one is needed.",
    ),
    Message(
        code="documents_doubled",
        turn=Turn.BOOKKEEPER,
        sv="Dokumenten {kept} och {number} i Fortnox gäller samma affär, och {number} är redan ändrat av någon.",
        en=(
            "The documents {kept} and {number} in Fortnox are of the same deal, and {number} has been "
            "changed by somebody."
        ),
        remedy_sv="Makulera det ena i Fortnox och tryck på Replay.",
        remedy_en="Cancel one of them in Fortnox and press Replay.",
    ),
    Message(
        code="extra_draft_cancelled",
        turn=Turn.BOOKKEEPER,
        sv="Ett extra utkast {number} för samma affär makulerades; {kept} gäller.",
        en="An extra draft {number} of the same deal was cancelled; {kept} stands.",
        remedy_sv="Kontrollera att rätt utkast står kvar.",
        remedy_en="Check that the right draft remains.",
    ),
    Message(
        code="document_outcome_unknown",
        turn=Turn.NOBODY,
        sv="Fortnox svarade inte när utkastet skapades; vi väntar för att inte skapa det två gånger.",
        en="Fortnox did not answer when the draft was made; we wait so as not to make it twice.",
        remedy_sv="Vänta; körningen fortsätter av sig själv.",
        remedy_en="Wait; the run goes on by itself.",
    ),
    Message(
        code="converted_invoice_unreadable",
        turn=Turn.NOBODY,
        sv="Ordern blev faktura {number}, som inte gick att läsa än.",
        en="The order became invoice {number}, which could not be read yet.",
        remedy_sv="Vänta; körningen fortsätter av sig själv.",
        remedy_en="Wait; the run goes on by itself.",
    ),
    Message(
        code="draft_of_closed_deal",
        turn=Turn.SALESPERSON,
        sv="Utkastet hann skapas innan {record} stängdes.",
        en="The draft was made before {record} was closed.",
        remedy_sv="Makulera utkastet i Fortnox om det inte ska gälla.",
        remedy_en="Cancel the draft in Fortnox if it should not stand.",
    ),
    Message(
        code="pdf_not_attached",
        turn=Turn.ADMINISTRATOR,
        sv="PDF-filen {file} kunde inte bifogas: {reason}",
        en="The PDF {file} could not be attached: {reason}",
        remedy_sv="Öppna dokumentet i Fortnox; Replay försöker bifoga igen.",
        remedy_en="Open the document in Fortnox; Replay tries to attach it again.",
    ),
    Message(
        code="send_deadline_passed",
        turn=Turn.NOBODY,
        sv="Sändningen avbröts innan något skickades till Fortnox.",
        en="Sending was stopped before anything reached Fortnox.",
        remedy_sv="Vänta; körningen försöker igen av sig själv.",
        remedy_en="Wait; the run tries again by itself.",
    ),
    Message(
        code="company_not_identified",
        turn=Turn.ADMINISTRATOR,
        sv="Fortnox-företaget {company} har inte identifierats än.",
        en="The Fortnox company {company} has not been identified yet.",
        remedy_sv="Anslut Fortnox på nytt.",
        remedy_en="Connect Fortnox again.",
    ),
    Message(
        code="preview_without_rule",
        turn=Turn.ADMINISTRATOR,
        sv="Ingen regel gäller för {record}; förhandsvisningen antar {kind}.",
        en="No rule applies to {record}; the preview assumes {kind}.",
        remedy_sv="Lägg till en regel för steget om ett dokument ska skapas.",
        remedy_en="Add a rule for the stage if a document should be made.",
    ),
)
