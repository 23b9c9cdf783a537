"""REST routes of invoices and orders."""

from collections.abc import Callable, Mapping

from starlette.responses import Response
from starlette.routing import BaseRoute

from fortnox_bridge.sandbox.fortnox import document_actions as actions
from fortnox_bridge.sandbox.fortnox.document_kinds import INVOICE, ORDER, Kind
from fortnox_bridge.sandbox.fortnox.document_lists import INVOICES, ORDERS
from fortnox_bridge.sandbox.fortnox.document_shape import full
from fortnox_bridge.sandbox.fortnox.documents import create_document, find_document, update_document
from fortnox_bridge.sandbox.fortnox.listing import answer_list
from fortnox_bridge.sandbox.fortnox.pdf import draw
from fortnox_bridge.sandbox.fortnox.rest import Call, Handler, Rest, one
from fortnox_bridge.sandbox.fortnox.state import Company, Document

Act = Callable[[Company, Document], object]

_INVOICE_PUTS: Mapping[str, Act] = {
    "bookkeep": actions.bookkeep,
    "cancel": actions.cancel,
    "credit": actions.credit,
    "externalprint": actions.mark_sent,
    "warehouseready": actions.mark_warehouse_ready,
}
_ORDER_PUTS: Mapping[str, Act] = {
    "createinvoice": actions.create_invoice,
    "cancel": actions.cancel,
    "externalprint": actions.mark_sent,
}


def document_routes(rest: Rest) -> list[BaseRoute]:
    routes: list[BaseRoute] = []
    for kind, puts in ((INVOICE, _INVOICE_PUTS), (ORDER, _ORDER_PUTS)):
        root = f"/3/{kind.path}"
        number = root + "/{number}"
        routes.append(rest.route(root, kind.scope, _collection(kind), ["GET", "POST"]))
        routes.append(rest.route(number, kind.scope, _item(kind), ["GET", "PUT"]))
        routes += [
            rest.route(f"{number}/{verb}", kind.scope, _action(kind, act), ["PUT"]) for verb, act in puts.items()
        ]
        # Only preview is free of effects: print and email mark the document sent.
        routes.append(rest.route(f"{number}/preview", kind.scope, _preview(kind), ["GET"]))
        routes.append(rest.route(f"{number}/print", kind.scope, _print(kind), ["GET"]))
        mail = _action(kind, actions.send_by_mail)
        routes.append(rest.route(f"{number}/email", kind.scope, mail, ["GET"]))
    return routes


def _collection(kind: Kind) -> Handler:
    listing = INVOICES if kind is INVOICE else ORDERS

    async def handle(call: Call) -> Response:
        company = call.company
        if call.request.method == "GET":
            documents = list(company.documents(kind.name).values())
            return answer_list(call, listing, documents, company.knobs.search_lag_s)
        document = create_document(company, kind, await call.payload(kind.envelope))
        return one(kind.envelope, full(call, document), 201, call.url(kind.path))

    return handle


def _item(kind: Kind) -> Handler:
    async def handle(call: Call) -> Response:
        number = call.parameter("number")
        if call.request.method == "PUT":
            find_document(call.company, kind, number)
            payload = await call.payload(kind.envelope)
            return one(kind.envelope, full(call, update_document(call.company, kind, number, payload)))
        return one(kind.envelope, full(call, find_document(call.company, kind, number)))

    return handle


def _action(kind: Kind, act: Act) -> Handler:
    """Act, and answer the document that was named, also where another one was made (credit, createinvoice)."""

    async def handle(call: Call) -> Response:
        document = find_document(call.company, kind, call.parameter("number"))
        act(call.company, document)
        return one(kind.envelope, full(call, document))

    return handle


def _preview(kind: Kind) -> Handler:
    async def handle(call: Call) -> Response:
        document = find_document(call.company, kind, call.parameter("number"))
        return _pdf(call.company, document)

    return handle


def _print(kind: Kind) -> Handler:
    async def handle(call: Call) -> Response:
        document = find_document(call.company, kind, call.parameter("number"))
        actions.require_bank_details(call.company)
        actions.mark_sent(call.company, document)
        return _pdf(call.company, document)

    return handle


def _pdf(company: Company, document: Document) -> Response:
    body = draw(company, document)
    document.printed_size = len(body)
    return Response(body, media_type="application/pdf")
