"""Messages about workflow actions: they stand in the history of the platform's workflow."""

from fortnox_bridge.domain.catalogue.message import Message, Turn

MESSAGES: tuple[Message, ...] = (
    Message(
        code="action_kind_unknown",
        turn=Turn.ADMINISTRATOR,
        sv="Arbetsflödet ber om dokumenttypen {value}, som inte finns.",
        en="The workflow asks for the document type {value}, which does not exist.",
        remedy_sv="Välj faktura eller order i arbetsflödets steg.",
        remedy_en="Choose invoice or order in the workflow's action.",
    ),
    Message(
        code="action_record_unfit",
        turn=Turn.ADMINISTRATOR,
        sv="Åtgärden gäller kunder, men arbetsflödet går på {record}.",
        en="The action is about customers, but the workflow runs on {record}.",
        remedy_sv="Använd åtgärden i ett arbetsflöde för företag eller kontakter.",
        remedy_en="Use the action in a workflow of companies or contacts.",
    ),
    Message(
        code="action_no_deal",
        turn=Turn.SALESPERSON,
        sv="{record} i {system} har ingen öppen affär att göra ett dokument av.",
        en="{record} in {system} has no open deal to make a document of.",
        remedy_sv="Koppla en öppen affär till posten, eller starta arbetsflödet på affären.",
        remedy_en="Associate an open deal with the record, or start the workflow on the deal.",
    ),
)
