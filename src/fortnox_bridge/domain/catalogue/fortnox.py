"""Messages about what Fortnox said. `{message}` is Fortnox's own sentence, which is in Swedish."""

from fortnox_bridge.domain.catalogue import fortnox_registers
from fortnox_bridge.domain.catalogue.message import Message, Turn

_GENERAL: tuple[Message, ...] = (
    Message(
        code="fortnox_refused",
        turn=Turn.BOOKKEEPER,
        sv="Fortnox avvisade uppgifterna (kod {fortnox_code}). Fortnox svarade: ”{message}”",
        en="Fortnox refused the data (code {fortnox_code}). Fortnox said: “{message}”",
        remedy_sv=(
            "Rätta det som Fortnox nämner och kör Replay. Förstår du inte meddelandet, kontakta supporten med koden."
        ),
        remedy_en="Fix what Fortnox names and run Replay. If the message is unclear, contact support with the code.",
    ),
    Message(
        code="fortnox_unavailable",
        turn=Turn.NOBODY,
        sv="Fortnox svarar inte som det ska just nu.",
        en="Fortnox does not answer properly right now.",
        remedy_sv="Inget behöver göras: nytt försök görs automatiskt.",
        remedy_en="Nothing to do: it is tried again automatically.",
    ),
    Message(
        code="fortnox_rate_limited",
        turn=Turn.NOBODY,
        sv="Fortnox tillåter inte fler anrop just nu.",
        en="Fortnox allows no more calls right now.",
        remedy_sv="Inget behöver göras: nytt försök görs automatiskt.",
        remedy_en="Nothing to do: it is tried again automatically.",
    ),
    Message(
        code="fortnox_outcome_unknown",
        turn=Turn.NOBODY,
        sv="Det är oklart om Fortnox hann utföra anropet.",
        en="It is unclear whether Fortnox carried out the call.",
        remedy_sv="Inget behöver göras: tjänsten letar i Fortnox innan något skickas igen.",
        remedy_en="Nothing to do: the service looks in Fortnox before anything is sent again.",
    ),
    Message(
        code="fortnox_answer_unreadable",
        turn=Turn.OPERATOR,
        sv="Fortnox svarade med något som inte går att läsa.",
        en="Fortnox answered with something that cannot be read.",
        remedy_sv="Försök igen med Replay. Kommer felet tillbaka, kontakta supporten.",
        remedy_en="Try again with Replay. If it comes back, contact support.",
    ),
    Message(
        code="fortnox_pdf_unreadable",
        turn=Turn.NOBODY,
        sv="Fortnox lämnade ingen läsbar PDF av dokumentet.",
        en="Fortnox gave no readable PDF of the document.",
        remedy_sv="Inget behöver göras: nytt försök görs automatiskt. Utkastet finns i Fortnox.",
        remedy_en="Nothing to do: it is tried again automatically. The draft is in Fortnox.",
    ),
    Message(
        code="fortnox_payload_refused",
        turn=Turn.OPERATOR,
        sv="Fortnox godtog inte formen på det som skickades (kod {fortnox_code}). Fortnox svarade: ”{message}”",
        en="Fortnox did not accept the form of what was sent (code {fortnox_code}). Fortnox said: “{message}”",
        remedy_sv="Det är ett fel i tjänsten. Kontakta supporten och uppge körningens nummer.",
        remedy_en="This is a fault of the service. Contact support with the number of the run.",
    ),
    Message(
        code="fortnox_field_refused",
        turn=Turn.OPERATOR,
        sv="Fortnox känner inte ett fält som skickades. Fortnox svarade: ”{message}”",
        en="Fortnox does not know a field that was sent. Fortnox said: “{message}”",
        remedy_sv="Det är ett fel i tjänsten. Kontakta supporten och uppge körningens nummer.",
        remedy_en="This is a fault of the service. Contact support with the number of the run.",
    ),
    Message(
        code="fortnox_characters_refused",
        turn=Turn.SALESPERSON,
        sv="En text innehåller tecken som Fortnox inte tillåter. Fortnox svarade: ”{message}”",
        en="A text holds characters that Fortnox does not allow. Fortnox said: “{message}”",
        remedy_sv="Ta bort tecknen i källsystemet och kör Replay.",
        remedy_en="Remove the characters in the source system and run Replay.",
    ),
    Message(
        code="fortnox_text_too_long",
        turn=Turn.SALESPERSON,
        sv="En text är längre än vad Fortnox tillåter. Fortnox svarade: ”{message}”",
        en="A text is longer than Fortnox allows. Fortnox said: “{message}”",
        remedy_sv="Korta texten i källsystemet och kör Replay.",
        remedy_en="Shorten the text in the source system and run Replay.",
    ),
    Message(
        code="fortnox_customer_missing",
        turn=Turn.BOOKKEEPER,
        sv="Fortnox hittar inte kunden. Fortnox svarade: ”{message}”",
        en="Fortnox cannot find the customer. Fortnox said: “{message}”",
        remedy_sv="Kontrollera kundnumret under Register > Kunder i Fortnox och kör Replay.",
        remedy_en="Check the customer number under Register > Kunder in Fortnox and run Replay.",
    ),
    Message(
        code="fortnox_customer_number_taken",
        turn=Turn.BOOKKEEPER,
        sv="Kundnumret används redan i Fortnox, eller så saknas kundens namn. Fortnox svarade: ”{message}”",
        en=(
            "The customer number is already used in Fortnox, or the customer's name is missing. Fortnox "
            "said: “{message}”"
        ),
        remedy_sv=(
            "Välj ett annat kundnummer, eller låt Fortnox sätta numret. Även borttagna kunders nummer är upptagna."
        ),
        remedy_en=(
            "Choose another customer number, or let Fortnox issue it. Numbers of deleted customers are taken too."
        ),
    ),
    Message(
        code="fortnox_vat_number_invalid",
        turn=Turn.SALESPERSON,
        sv="Kundens VAT-nummer är inte giltigt. Fortnox svarade: ”{message}”",
        en="The customer's VAT number is not valid. Fortnox said: “{message}”",
        remedy_sv="Rätta VAT-numret i källsystemet. Svenska nummer skrivs SE, tio siffror och 01.",
        remedy_en="Correct the VAT number in the source system. Swedish numbers are SE, ten digits and 01.",
    ),
    Message(
        code="fortnox_article_number_taken",
        turn=Turn.BOOKKEEPER,
        sv="Artikelnumret används redan i Fortnox. Fortnox svarade: ”{message}”",
        en="The article number is already used in Fortnox. Fortnox said: “{message}”",
        remedy_sv="Kontrollera artikeln under Register > Artiklar i Fortnox och kör Replay.",
        remedy_en="Check the article under Register > Artiklar in Fortnox and run Replay.",
    ),
    Message(
        code="fortnox_article_missing",
        turn=Turn.BOOKKEEPER,
        sv="Fortnox hittar inte artikeln. Fortnox svarade: ”{message}”",
        en="Fortnox cannot find the article. Fortnox said: “{message}”",
        remedy_sv="Lägg upp artikeln under Register > Artiklar i Fortnox och kör Replay.",
        remedy_en="Add the article under Register > Artiklar in Fortnox and run Replay.",
    ),
    Message(
        code="fortnox_row_article_missing",
        turn=Turn.BOOKKEEPER,
        sv="En rad använder en artikel som inte finns i Fortnox. Fortnox svarade: ”{message}”",
        en="A row uses an article that is not in Fortnox. Fortnox said: “{message}”",
        remedy_sv="Lägg upp artikeln under Register > Artiklar i Fortnox och kör Replay.",
        remedy_en="Add the article under Register > Artiklar in Fortnox and run Replay.",
    ),
    Message(
        code="fortnox_row_without_text",
        turn=Turn.SALESPERSON,
        sv="En rad har antal men varken benämning eller artikel. Fortnox svarade: ”{message}”",
        en="A row has a quantity but neither a description nor an article. Fortnox said: “{message}”",
        remedy_sv="Ge raden ett namn i källsystemet och kör Replay.",
        remedy_en="Name the row in the source system and run Replay.",
    ),
    Message(
        code="fortnox_housework",
        turn=Turn.BOOKKEEPER,
        sv=(
            "En artikel är märkt för husarbete (ROT/RUT) och kan inte användas på dokumentet. Fortnox "
            "svarade: ”{message}”"
        ),
        en=(
            "An article is marked for household work (ROT/RUT) and cannot be used on the document. Fortnox "
            "said: “{message}”"
        ),
        remedy_sv="Använd en artikel utan husarbete, eller ta bort typen under Register > Artiklar i Fortnox.",
        remedy_en="Use an article without household work, or clear the type under Register > Artiklar in Fortnox.",
    ),
    Message(
        code="fortnox_warehouse",
        turn=Turn.BOOKKEEPER,
        sv="Lagermodulen i Fortnox stoppade ändringen. Fortnox svarade: ”{message}”",
        en="Fortnox's warehouse module stopped the change. Fortnox said: “{message}”",
        remedy_sv="Öppna dokumentet i Fortnox, se lager och klarmarkering, och kör Replay.",
        remedy_en="Open the document in Fortnox, look at stock and delivery status, and run Replay.",
    ),
    Message(
        code="fortnox_document_missing",
        turn=Turn.BOOKKEEPER,
        sv="Dokumentet finns inte i Fortnox.",
        en="The document is not in Fortnox.",
        remedy_sv="Kontrollera numret under Fakturering i Fortnox. Ett nytt dokument skapas bara om du begär det.",
        remedy_en="Check the number under Fakturering in Fortnox. A new document is made only when you ask for one.",
    ),
    Message(
        code="fortnox_document_locked",
        turn=Turn.BOOKKEEPER,
        sv="Dokumentet är låst i Fortnox. Fortnox svarade: ”{message}”",
        en="The document is locked in Fortnox. Fortnox said: “{message}”",
        remedy_sv="Hantera dokumentet för hand i Fortnox.",
        remedy_en="Handle the document by hand in Fortnox.",
    ),
    Message(
        code="fortnox_draft_touched",
        turn=Turn.BOOKKEEPER,
        sv="Dokument {number} har ändrats, skickats, bokförts eller makulerats i Fortnox och rörs inte.",
        en="Document {number} was changed, sent, booked or cancelled in Fortnox and is left alone.",
        remedy_sv="Gör ändringen för hand i Fortnox.",
        remedy_en="Make the change by hand in Fortnox.",
    ),
    Message(
        code="fortnox_already_cancelled",
        turn=Turn.BOOKKEEPER,
        sv="Dokumentet är redan makulerat i Fortnox.",
        en="The document is already cancelled in Fortnox.",
        remedy_sv="Inget behöver göras.",
        remedy_en="Nothing to do.",
    ),
    Message(
        code="fortnox_order_cancelled",
        turn=Turn.BOOKKEEPER,
        sv="Ordern är makulerad i Fortnox och kan inte faktureras.",
        en="The order is cancelled in Fortnox and cannot be invoiced.",
        remedy_sv="Begär ett nytt dokument för affären om den ska faktureras.",
        remedy_en="Ask for a new document for the deal if it is to be invoiced.",
    ),
    Message(
        code="fortnox_order_invoiced",
        turn=Turn.BOOKKEEPER,
        sv="Ordern är redan fakturerad i Fortnox.",
        en="The order is already invoiced in Fortnox.",
        remedy_sv="Öppna ordern i Fortnox för att se fakturan.",
        remedy_en="Open the order in Fortnox to see the invoice.",
    ),
    Message(
        code="fortnox_offer_converted",
        turn=Turn.BOOKKEEPER,
        sv="Offerten har redan blivit order i Fortnox.",
        en="The offer has already become an order in Fortnox.",
        remedy_sv="Öppna offerten i Fortnox för att se ordern.",
        remedy_en="Open the offer in Fortnox to see the order.",
    ),
)

MESSAGES: tuple[Message, ...] = (*_GENERAL, *fortnox_registers.MESSAGES)
