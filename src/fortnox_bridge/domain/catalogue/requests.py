"""Messages about requests to this service: REST, webhooks and the pages that people open."""

from fortnox_bridge.domain.catalogue.message import Message, Turn

MESSAGES: tuple[Message, ...] = (
    Message(
        code="api_key_refused",
        turn=Turn.OPERATOR,
        sv="Anropet saknar en giltig API-nyckel.",
        en="The request has no valid API key.",
        remedy_sv=(
            "Skicka nyckeln som Authorization: Bearer. Gör en ny med fortnox-bridge keys create om den är borta "
            "eller har gått ut."
        ),
        remedy_en=(
            "Send the key as Authorization: Bearer. Make a new one with fortnox-bridge keys create if it is lost "
            "or expired."
        ),
    ),
    Message(
        code="key_scope_too_small",
        turn=Turn.OPERATOR,
        sv="API-nyckeln gäller en enda anslutning och når inte det här.",
        en="The API key is for one connection and does not reach this.",
        remedy_sv="Använd en nyckel utan begränsning till en anslutning.",
        remedy_en="Use a key that is not limited to one connection.",
    ),
    Message(
        code="customer_links_refused",
        turn=Turn.ADMINISTRATOR,
        sv="Några av kundkopplingarna går inte att göra, så ingen gjordes.",
        en="Some of the customer links cannot be made, so none was.",
        remedy_sv="Rätta de angivna raderna, eller ta bort dem, och skicka igen.",
        remedy_en="Mend the rows that are named, or leave them out, and send again.",
    ),
    Message(
        code="customer_named_twice",
        turn=Turn.ADMINISTRATOR,
        sv="{record} står flera gånger i listan.",
        en="{record} is in the list several times.",
        remedy_sv="Behåll en av raderna.",
        remedy_en="Keep one of the rows.",
    ),
    Message(
        code="not_found",
        turn=Turn.NOBODY,
        sv="Det finns ingenting på den här adressen.",
        en="There is nothing at this address.",
        remedy_sv="Kontrollera id och adress. Det som hör till en annan anslutning visas inte.",
        remedy_en="Check the id and the address. What belongs to another connection is not shown.",
    ),
    Message(
        code="method_not_allowed",
        turn=Turn.NOBODY,
        sv="Adressen finns, men inte för den här metoden.",
        en="The address exists, but not for this method.",
        remedy_sv="Metoderna som går att använda står i svarets Allow.",
        remedy_en="The methods that can be used are in the Allow header of the answer.",
    ),
    Message(
        code="request_invalid",
        turn=Turn.NOBODY,
        sv="Anropet går inte att använda som det är skrivet.",
        en="The request cannot be used as it is written.",
        remedy_sv="Rätta det som står under faults, ett fel per rad, och skicka igen.",
        remedy_en="Correct what is listed under faults, one fault per row, and send it again.",
    ),
    Message(
        code="settings_invalid",
        turn=Turn.ADMINISTRATOR,
        sv="Inställningarna har fel och sparades inte.",
        en="The settings have faults and were not saved.",
        remedy_sv="Rätta det som står under faults, ett fel per rad, och spara igen.",
        remedy_en="Correct what is listed under faults, one fault per row, and save again.",
    ),
    Message(
        code="settings_conflict",
        turn=Turn.ADMINISTRATOR,
        sv="Någon annan sparade inställningarna under tiden, så inget sparades.",
        en="Somebody else saved the settings in between, so nothing was saved.",
        remedy_sv="Läs inställningarna på nytt, gör om ändringen och spara med den nya revisionen.",
        remedy_en="Read the settings again, repeat the change and save with the new revision.",
    ),
    Message(
        code="cursor_unknown",
        turn=Turn.NOBODY,
        sv="Markören som skulle visa nästa sida går inte att läsa.",
        en="The cursor that should lead to the next page cannot be read.",
        remedy_sv="Skicka next_cursor från förra svaret oförändrad, eller börja om utan cursor.",
        remedy_en="Send next_cursor from the previous answer unchanged, or begin again without cursor.",
    ),
    Message(
        code="register_unknown",
        turn=Turn.NOBODY,
        sv="Det finns inget register som heter {register}.",
        en="There is no register named {register}.",
        remedy_sv="Välj ett av: {known}.",
        remedy_en="Choose one of: {known}.",
    ),
    Message(
        code="customer_number_unknown",
        turn=Turn.BOOKKEEPER,
        sv="Fortnox har ingen kund med nummer {number}.",
        en="Fortnox has no customer with number {number}.",
        remedy_sv="Sök upp kunden i Fortnox under Kunder och skicka dess nummer.",
        remedy_en="Look the customer up in Fortnox under Kunder and send its number.",
    ),
    Message(
        code="capability_missing",
        turn=Turn.ADMINISTRATOR,
        sv="Anslutningen till {connector} kan inte göra det här ({capability}).",
        en="The connector {connector} cannot do this ({capability}).",
        remedy_sv="Gör det för hand i källsystemet och läs sedan fälten på nytt.",
        remedy_en="Do it by hand in the source system, then read the fields again.",
    ),
    Message(
        code="body_too_large",
        turn=Turn.NOBODY,
        sv="Anropet är större än en mebibyte och lästes inte.",
        en="The request is larger than one mebibyte and was not read.",
        remedy_sv="Skicka mindre åt gången.",
        remedy_en="Send less at a time.",
    ),
    Message(
        code="body_too_slow",
        turn=Turn.NOBODY,
        sv="Anropet kom för långsamt och avbröts.",
        en="The request arrived too slowly and was cut off.",
        remedy_sv="Försök igen.",
        remedy_en="Try again.",
    ),
    Message(
        code="origin_refused",
        turn=Turn.NOBODY,
        sv="Knappen trycktes på en annan webbplats än vår, så inget hände.",
        en="The button was pressed on a site that is not ours, so nothing happened.",
        remedy_sv="Öppna länken i anteckningen och tryck på knappen där.",
        remedy_en="Open the link in the note and press the button there.",
    ),
    Message(
        code="replay_link_refused",
        turn=Turn.SALESPERSON,
        sv="Länken gäller inte längre.",
        en="The link is no longer valid.",
        remedy_sv=(
            "Öppna affärens senaste anteckning från fortnox-bridge och använd länken där, eller be "
            "administratören köra om affären."
        ),
        remedy_en=(
            "Open the deal's latest note from fortnox-bridge and use its link, or ask the administrator to run "
            "the deal again."
        ),
    ),
    Message(
        code="webhook_unknown",
        turn=Turn.ADMINISTRATOR,
        sv="Ingen anslutning tar emot webhookar på den här adressen.",
        en="No connector takes webhooks at this address.",
        remedy_sv="Låt tjänsten registrera om webhooken: POST /api/v1/connections/{{id}}/hooks/check.",
        remedy_en="Let the service register the webhook again: POST /api/v1/connections/{{id}}/hooks/check.",
    ),
    Message(
        code="webhook_not_authentic",
        turn=Turn.ADMINISTRATOR,
        sv="Webhooken kommer inte bevisligen från den anslutna källan och togs inte emot.",
        en="The webhook does not provably come from the connected source and was not taken.",
        remedy_sv="Låt tjänsten registrera om webhooken: POST /api/v1/connections/{{id}}/hooks/check.",
        remedy_en="Let the service register the webhook again: POST /api/v1/connections/{{id}}/hooks/check.",
    ),
    Message(
        code="ingest_unavailable",
        turn=Turn.NOBODY,
        sv="Händelsen kunde inte sparas just nu.",
        en="The event could not be stored right now.",
        remedy_sv="Skicka den igen om en stund; ingenting har sparats halvt.",
        remedy_en="Send it again in a moment; nothing was half stored.",
    ),
    Message(
        code="storage_unavailable",
        turn=Turn.OPERATOR,
        sv="Tjänstens databas svarar inte just nu.",
        en="The service's database does not answer right now.",
        remedy_sv="Inget behöver göras: nytt försök görs automatiskt. Håller det i sig, kontrollera databasen.",
        remedy_en="Nothing to do: it is tried again automatically. If it lasts, check the database.",
    ),
)
