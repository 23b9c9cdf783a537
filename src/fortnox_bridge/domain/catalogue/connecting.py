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
)
