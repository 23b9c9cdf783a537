"""Messages about whose a deal is and how its draft lives on."""

from fortnox_bridge.domain.catalogue.message import Message, Turn

MESSAGES: tuple[Message, ...] = (
    Message(
        code="no_route",
        turn=Turn.ADMINISTRATOR,
        sv="{record} hör inte till någon anslutning: ingen tar affärer i pipeline {pipeline} med valuta {currency}.",
        en="{record} belongs to no connection: none takes deals of pipeline {pipeline} in {currency}.",
        remedy_sv="Ändra en anslutnings fördelning (`triggers.route`) eller affären, och tryck på Replay.",
        remedy_en="Change the route of a connection (`triggers.route`) or the deal, and press Replay.",
    ),
    Message(
        code="other_route",
        turn=Turn.ADMINISTRATOR,
        sv="{record} i pipeline {pipeline} med valuta {currency} hör inte till anslutningen {connection}.",
        en="{record} of pipeline {pipeline} in {currency} is not a deal of the connection {connection}.",
        remedy_sv="Välj anslutningen som affären hör till, ändra fördelningen, eller ange dokumentslaget uttryckligen.",
        remedy_en="Choose the connection the deal belongs to, change its route, or name the kind of document.",
    ),
    Message(
        code="documented_elsewhere",
        turn=Turn.BOOKKEEPER,
        sv="{record} har redan dokumentet {number} i {company}, så inget skapas här.",
        en="{record} already has the document {number} in {company}, so none is made here.",
        remedy_sv="Begär uttryckligen ett nytt dokument från körningens sida om det ska finnas ett här också.",
        remedy_en="Ask for a new document explicitly from the run page if there should be one here too.",
    ),
)
