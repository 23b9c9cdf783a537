"""Messages about connecting accounts by OAuth; general over systems by `{system}`."""

from fortnox_bridge.domain.catalogue.message import Message, Turn

MESSAGES: tuple[Message, ...] = (
    Message(
        code="oauth_grant_refused",
        turn=Turn.ADMINISTRATOR,
        sv="{system} godtog inte anslutningen: godkännandet är för gammalt, redan använt eller återkallat.",
        en="{system} did not accept the connection: the approval is too old, already used or withdrawn.",
        remedy_sv="Anslut {system} på nytt och godkänn inom tio minuter.",
        remedy_en="Connect {system} again and approve within ten minutes.",
    ),
    Message(
        code="oauth_client_invalid",
        turn=Turn.OPERATOR,
        sv="{system} känner inte igen tjänstens klient-id eller klienthemlighet.",
        en="{system} does not recognise this service's client id or client secret.",
        remedy_sv="Jämför klient-id och hemlighet i driftsättningens inställningar med {system}s utvecklarportal.",
        remedy_en="Compare client id and secret in the deployment's settings with the developer portal of {system}.",
    ),
    Message(
        code="oauth_request_refused",
        turn=Turn.OPERATOR,
        sv="{system} avvisade tjänstens inloggningsanrop.",
        en="{system} refused this service's sign-in request.",
        remedy_sv="Kontrollera omdirigeringsadress och behörigheter i {system}s utvecklarportal.",
        remedy_en="Check the redirect address and the scopes in the developer portal of {system}.",
    ),
    Message(
        code="oauth_answer_unreadable",
        turn=Turn.OPERATOR,
        sv="{system} svarade på inloggningen med något som inte går att läsa.",
        en="{system} answered the sign-in with something that cannot be read.",
        remedy_sv="Försök igen senare. Kommer felet tillbaka, kontakta supporten.",
        remedy_en="Try again later. If it comes back, contact support.",
    ),
    Message(
        code="oauth_unavailable",
        turn=Turn.NOBODY,
        sv="Inloggningstjänsten hos {system} svarar inte just nu.",
        en="The sign-in service of {system} does not answer right now.",
        remedy_sv="Inget behöver göras: nytt försök görs automatiskt.",
        remedy_en="Nothing to do: it is tried again automatically.",
    ),
    Message(
        code="oauth_rate_limited",
        turn=Turn.NOBODY,
        sv="Inloggningstjänsten hos {system} har fått för många anrop.",
        en="The sign-in service of {system} has received too many requests.",
        remedy_sv="Inget behöver göras: nytt försök görs automatiskt.",
        remedy_en="Nothing to do: it is tried again automatically.",
    ),
    Message(
        code="fortnox_reconnect",
        turn=Turn.ADMINISTRATOR,
        sv="Anslutningen till Fortnox gäller inte längre.",
        en="The connection to Fortnox is no longer valid.",
        remedy_sv=(
            "Öppna anslutningens sida, välj Anslut Fortnox och logga in. Väntande körningar fortsätter sedan själva."
        ),
        remedy_en=(
            "Open the connection's page, choose Connect Fortnox and sign in. Waiting runs then go on by themselves."
        ),
    ),
    Message(
        code="fortnox_scope_missing",
        turn=Turn.ADMINISTRATOR,
        sv="Anslutningen till Fortnox saknar en behörighet. Fortnox svarade: ”{message}”",
        en="The connection to Fortnox lacks a scope. Fortnox said: “{message}”",
        remedy_sv="Anslut Fortnox på nytt från anslutningens sida och godkänn alla behörigheter som visas.",
        remedy_en="Connect Fortnox again from the connection's page and approve every permission shown.",
    ),
    Message(
        code="fortnox_scope_not_enabled",
        turn=Turn.OPERATOR,
        sv="Tjänsten ber om en behörighet som inte är påslagen för appen i Fortnox utvecklarportal.",
        en="This service asks for a scope that is not switched on for the app in Fortnox's developer portal.",
        remedy_sv="Slå på behörigheten under appen i Fortnox utvecklarportal och anslut på nytt.",
        remedy_en="Switch the scope on for the app in Fortnox's developer portal and connect again.",
    ),
    Message(
        code="fortnox_licence_missing",
        turn=Turn.ADMINISTRATOR,
        sv="Företaget saknar en programlicens i Fortnox som behörigheterna kräver (Kundfaktura eller Order).",
        en="The company lacks a Fortnox programme licence that the scopes require (Kundfaktura or Order).",
        remedy_sv=(
            "Skaffa eller tilldela licensen i Fortnox under Hantera användare, och anslut på nytt. Saknas "
            "Order: välj bort order."
        ),
        remedy_en=(
            "Get or assign the licence in Fortnox under Hantera användare, then connect again. No Order "
            "licence: leave orders out."
        ),
    ),
    Message(
        code="fortnox_integration_licence_missing",
        turn=Turn.ADMINISTRATOR,
        sv="Företaget saknar licensen Integration i Fortnox.",
        en="The company lacks the Integration licence in Fortnox.",
        remedy_sv="Beställ Integration i Fortnox under Lägg till tjänster, och anslut på nytt.",
        remedy_en="Order Integration in Fortnox under Lägg till tjänster, then connect again.",
    ),
    Message(
        code="fortnox_right_missing",
        turn=Turn.ADMINISTRATOR,
        sv="Användaren som godkände anslutningen saknar en rättighet i Fortnox. Fortnox svarade: ”{message}”",
        en="The user who approved the connection lacks a right in Fortnox. Fortnox said: “{message}”",
        remedy_sv=(
            "Ge användaren rättigheten i Fortnox under Hantera användare, eller anslut på nytt som systemadministratör."
        ),
        remedy_en=(
            "Give the user the right in Fortnox under Hantera användare, or connect again as a system administrator."
        ),
    ),
    Message(
        code="fortnox_service_account_refused",
        turn=Turn.OPERATOR,
        sv="Fortnox tillåter inte servicekonto för den här appen.",
        en="Fortnox does not allow service accounts for this app.",
        remedy_sv=(
            "Slå på servicekonto för appen i Fortnox utvecklarportal, eller stäng av det i driftsättningens "
            "inställningar."
        ),
        remedy_en=(
            "Switch service accounts on for the app in Fortnox's developer portal, or off in the deployment's settings."
        ),
    ),
    Message(
        code="fortnox_consent_refused",
        turn=Turn.ADMINISTRATOR,
        sv="Anslutningen godkändes inte i Fortnox.",
        en="The connection was not approved in Fortnox.",
        remedy_sv="Anslut igen och välj Godkänn. Det kräver en systemadministratör i Fortnox.",
        remedy_en="Connect again and choose Godkänn. It takes a system administrator in Fortnox.",
    ),
    Message(
        code="oauth_ticket_refused",
        turn=Turn.ADMINISTRATOR,
        sv="Länken för att ansluta är redan använd eller har gått ut.",
        en="The link for connecting is already used or has expired.",
        remedy_sv="Starta anslutningen på nytt och öppna den nya länken inom tio minuter.",
        remedy_en="Start connecting again and open the new link within ten minutes.",
    ),
    Message(
        code="oauth_state_refused",
        turn=Turn.ADMINISTRATOR,
        sv="Anslutningen påbörjades inte i den här webbläsaren, eller för mer än tio minuter sedan.",
        en="The connection was not started in this browser, or more than ten minutes ago.",
        remedy_sv="Starta anslutningen på nytt och slutför den i samma webbläsare. Ingenting har anslutits.",
        remedy_en="Start connecting again and finish it in the same browser. Nothing was connected.",
    ),
    Message(
        code="oauth_denied",
        turn=Turn.ADMINISTRATOR,
        sv="Anslutningen godkändes inte i {system} ({message}).",
        en="The connection was not approved in {system} ({message}).",
        remedy_sv="Starta anslutningen på nytt och godkänn. Det kan krävas en administratör i {system}.",
        remedy_en="Start connecting again and approve. It may take an administrator of {system}.",
    ),
    Message(
        code="oauth_code_refused",
        turn=Turn.ADMINISTRATOR,
        sv="{system} godtog inte svaret från godkännandet.",
        en="{system} did not accept the answer of the approval.",
        remedy_sv="Starta anslutningen på nytt och godkänn inom tio minuter.",
        remedy_en="Start connecting again and approve within ten minutes.",
    ),
    Message(
        code="oauth_not_set_up",
        turn=Turn.OPERATOR,
        sv="Tjänsten är inte registrerad som app hos {system}.",
        en="This service is not registered as an app at {system}.",
        remedy_sv=(
            "Registrera en app hos {system} och ange dess klient-id och hemlighet för {connector}, se docs/settings.md."
        ),
        remedy_en="Register an app at {system} and set its client id and secret for {connector}, see docs/settings.md.",
    ),
    Message(
        code="api_token_not_accepted",
        turn=Turn.ADMINISTRATOR,
        sv="{system} kan inte anslutas med en API-nyckel.",
        en="{system} cannot be connected by an API token.",
        remedy_sv="Anslut {system} genom att logga in och godkänna.",
        remedy_en="Connect {system} by signing in and approving.",
    ),
    Message(
        code="account_config_invalid",
        turn=Turn.ADMINISTRATOR,
        sv="Uppgifterna om kontot i {system} är fel eller saknas: {field}.",
        en="What was said about the account in {system} is wrong or missing: {field}.",
        remedy_sv="Rätta uppgifterna och anslut {system} igen. Vad som behövs står i anslutningens dokumentation.",
        remedy_en="Correct it and connect {system} again. The connector's documentation says what it needs.",
    ),
    Message(
        code="connector_missing",
        turn=Turn.OPERATOR,
        sv="Ingen anslutning som heter {connector} är installerad.",
        en="No connector named {connector} is installed.",
        remedy_sv="Kontrollera namnet med fortnox-bridge connectors list och installera paketet om det saknas.",
        remedy_en="Check the name with fortnox-bridge connectors list, and install the package if it is missing.",
    ),
    Message(
        code="connector_failed",
        turn=Turn.OPERATOR,
        sv="Anslutningen {connector} gick sönder av ett fel i sig själv.",
        en="The connector {connector} broke by a fault of its own.",
        remedy_sv=(
            "Försök igen med Replay. Kommer felet tillbaka, kontakta den som gör anslutningen och uppge "
            "körningens nummer."
        ),
        remedy_en=(
            "Try again with Replay. If it comes back, contact the connector's maker and give the number of the run."
        ),
    ),
    Message(
        code="source_account_not_chosen",
        turn=Turn.ADMINISTRATOR,
        sv="Det går inte att veta vilket källkonto som menas: {count} finns att välja på.",
        en="It cannot be known which source account is meant: there are {count} to choose from.",
        remedy_sv="Anslut ett källkonto om det saknas, annars ange source_account_id.",
        remedy_en="Connect a source account if there is none, else name source_account_id.",
    ),
    Message(
        code="company_not_chosen",
        turn=Turn.ADMINISTRATOR,
        sv="Det går inte att veta vilket Fortnoxföretag som menas: {count} finns att välja på.",
        en="It cannot be known which Fortnox company is meant: there are {count} to choose from.",
        remedy_sv="Anslut ett Fortnoxföretag om det saknas, annars ange fortnox_company_id.",
        remedy_en="Connect a Fortnox company if there is none, else name fortnox_company_id.",
    ),
    Message(
        code="connection_exists",
        turn=Turn.ADMINISTRATOR,
        sv="{company} kan inte anslutas till {account}: det har redan anslutningen {connection}.",
        en="{company} cannot be joined to {account}: it already has the connection {connection}.",
        remedy_sv="Använd anslutningen som finns, eller bekräfta flytten (`confirm_move`): då stängs den av.",
        remedy_en="Use the connection that exists, or confirm the move (`confirm_move`): then it is turned off.",
    ),
    Message(
        code="oauth_interrupted",
        turn=Turn.ADMINISTRATOR,
        sv="Anslutningen hann inte bli klar, för ett av systemen svarade inte.",
        en="The connection was not finished, since one of the systems did not answer.",
        remedy_sv="Starta anslutningen på nytt om en stund.",
        remedy_en="Start connecting again in a moment.",
    ),
)
