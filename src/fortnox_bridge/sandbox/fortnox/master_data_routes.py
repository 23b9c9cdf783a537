"""REST routes of what documents are made from: customers, articles, prices, registers, the company."""

from collections.abc import Callable
from urllib.parse import unquote

from starlette.responses import Response
from starlette.routing import BaseRoute

from fortnox_bridge.sandbox.fortnox import articles, customers, errors, prices, registers
from fortnox_bridge.sandbox.fortnox.listing import Listing, answer_list, starts_with
from fortnox_bridge.sandbox.fortnox.numbers import plain
from fortnox_bridge.sandbox.fortnox.registers import Register
from fortnox_bridge.sandbox.fortnox.rest import Call, Handler, Rest, one
from fortnox_bridge.sandbox.fortnox.state import Company, PriceKey, Record, Stored
from fortnox_bridge.sandbox.json_codec import JsonAnswer

_CUSTOMER_ROW = ("Address1", "Address2", "City", "CustomerNumber", "Email", "Name", "OrganisationNumber", "ZipCode")
_ARTICLE_ROW_NUMBERS = (
    "DisposableQuantity", "PurchasePrice", "QuantityInStock", "ReservedQuantity", "SalesPrice", "StockValue", "VAT",
)  # fmt: skip
_ARTICLE_ROW = (
    "ArticleNumber", "Description", "EAN", "Housework", "StockPlace", "Unit", "WebshopArticle",
)  # fmt: skip


def _is_active(_: Company, stored: Stored) -> bool:
    return bool(stored.fields["Active"])


def _is_inactive(_: Company, stored: Stored) -> bool:
    return not stored.fields["Active"]


def _phone_starts(stored: Stored, value: str) -> bool:
    return any(starts_with(stored.fields[name], value) for name in ("Phone1", "Phone2"))


def _customer_row(call: Call, stored: Stored) -> Record:
    row = {name: stored.fields[name] for name in _CUSTOMER_ROW}
    number = stored.fields["CustomerNumber"]
    return {"@url": call.url(f"customers/{number}"), **row, "Phone": stored.fields["Phone1"]}


def _customer(call: Call, stored: Stored) -> Record:
    return {"@url": call.url(f"customers/{stored.fields['CustomerNumber']}"), **stored.fields}


def _article_row(call: Call, stored: Stored) -> Record:
    shown = articles.shown_article(call.company, stored)
    return {
        "@url": call.url(f"articles/{stored.fields['ArticleNumber']}"),
        **{name: shown[name] for name in _ARTICLE_ROW},
        **{name: plain(shown[name]) for name in _ARTICLE_ROW_NUMBERS},
    }


def _article(call: Call, stored: Stored) -> Record:
    number = stored.fields["ArticleNumber"]
    return {"@url": call.url(f"articles/{number}"), **articles.shown_article(call.company, stored)}


CUSTOMERS = Listing(
    "Customers",
    _customer_row,
    search={
        "customernumber": "CustomerNumber", "name": "Name", "zipcode": "ZipCode", "city": "City", "email": "Email",
        "organisationnumber": "OrganisationNumber", "gln": "GLN", "glndelivery": "GLNDelivery",
    },
    tests={"phone": _phone_starts},
    filters={"active": _is_active, "inactive": _is_inactive},
    sort_keys={"customernumber": "CustomerNumber", "name": "Name"},
)  # fmt: skip
ARTICLES = Listing(
    "Articles",
    _article_row,
    search={
        "articlenumber": "ArticleNumber", "description": "Description", "ean": "EAN",
        "suppliernumber": "SupplierNumber", "manufacturer": "Manufacturer",
        "manufacturerarticlenumber": "ManufacturerArticleNumber",
    },
    flags={"webshop": "WebshopArticle"},
    filters={"active": _is_active, "inactive": _is_inactive},
    sort_keys={"articlenumber": "ArticleNumber", "description": "Description"},
)  # fmt: skip


def customer_routes(rest: Rest) -> list[BaseRoute]:
    async def collection(call: Call) -> Response:
        company = call.company
        if call.request.method == "GET":
            items = list(company.customers.values())
            return answer_list(call, CUSTOMERS, items, company.knobs.search_lag_s)
        stored = customers.create_customer(company, await call.payload("Customer"))
        return one("Customer", _customer(call, stored), 201, call.url("customers"))

    async def item(call: Call) -> Response:
        number = call.parameter("number")
        if call.request.method == "DELETE":
            customers.delete_customer(call.company, number)
            return Response(status_code=204)
        if call.request.method == "PUT":
            stored = customers.update_customer(call.company, number, await call.payload("Customer"))
        else:
            stored = customers.find_customer(call.company, number)
        return one("Customer", _customer(call, stored))

    return _pair(rest, "/3/customers", "customer", collection, item)


def article_routes(rest: Rest) -> list[BaseRoute]:
    async def collection(call: Call) -> Response:
        company = call.company
        if call.request.method == "GET":
            items = list(company.articles.values())
            return answer_list(call, ARTICLES, items, company.knobs.search_lag_s)
        stored = articles.create_article(company, await call.payload("Article"))
        return one("Article", _article(call, stored), 201, call.url("articles"))

    async def item(call: Call) -> Response:
        number = call.parameter("number")
        if call.request.method == "DELETE":
            articles.delete_article(call.company, number)
            return Response(status_code=204)
        if call.request.method == "PUT":
            stored = articles.update_article(call.company, number, await call.payload("Article"))
        else:
            stored = articles.find_article(call.company, number)
        return one("Article", _article(call, stored))

    return _pair(rest, "/3/articles", "article", collection, item)


def _pair(rest: Rest, path: str, scope: str, collection: Handler, item: Handler) -> list[BaseRoute]:
    return [
        rest.route(path, scope, collection, ["GET", "POST"]),
        # Article numbers may hold a slash, customer numbers too: everything after the collection is the key.
        rest.route(path + "/{number:path}", scope, item, ["GET", "PUT", "DELETE"]),
    ]


def price_routes(rest: Rest) -> list[BaseRoute]:
    def shown(call: Call, record: Record) -> Record:
        path = f"prices/{record['PriceList']}/{record['ArticleNumber']}/{plain(record['FromQuantity'])}"
        return {"@url": call.url(path), **record}

    def row(call: Call, stored: Stored) -> Record:
        return shown(call, stored.fields)

    listing = Listing("Prices", row)

    async def collection(call: Call) -> Response:
        if call.request.method == "POST":
            record = prices.create_price(call.company, await call.payload("Price"))
            return one("Price", shown(call, record), 201, call.url("prices"))
        return answer_list(call, listing, [call.company.store(p) for p in call.company.prices.values()])

    async def sublist(call: Call) -> Response:
        wanted = (call.parameter("list"), call.parameter("article"))
        found = [call.company.store(p) for key, p in call.company.prices.items() if key[:2] == wanted]
        return answer_list(call, listing, found)

    async def item(call: Call) -> Response:
        key = _price_key(call)
        if call.request.method == "DELETE":
            prices.delete_price(call.company, key)
            return Response(status_code=204)
        if call.request.method == "PUT":
            return one("Price", shown(call, prices.update_price(call.company, key, await call.payload("Price"))))
        return one("Price", shown(call, prices.find_price(call.company, key)))

    return [
        rest.route("/3/prices", "price", collection, ["GET", "POST"]),
        rest.route("/3/prices/sublist/{list}/{article}", "price", sublist, ["GET"]),
        rest.route("/3/prices/{list}/{article:path}", "price", item, ["GET", "PUT", "DELETE"]),
    ]


def _price_key(call: Call) -> PriceKey:
    """Price list, article and perhaps the quantity it holds from: an article's number may hold a slash, encoded."""
    raw: bytes = call.request.scope.get("raw_path") or call.request.url.path.encode()
    parts = [unquote(part) for part in raw.partition(b"?")[0].decode("ascii").rpartition("/3/prices/")[2].split("/")]
    if len(parts) not in {2, 3}:
        raise errors.not_found(2000430, "Priset saknas.")
    return parts[0], parts[1], prices.quantity_in_path(parts[2] if len(parts) == 3 else "0")


def register_routes(rest: Rest) -> list[BaseRoute]:
    routes: list[BaseRoute] = []
    for register in registers.ALL:
        methods = ["GET", "POST"] if register.table and register.path != "predefinedaccounts" else ["GET"]
        item_methods = ["GET", *(["PUT"] if register.table else [])]
        if register.table and register.is_deletable:
            item_methods.append("DELETE")
        path = f"/3/{register.path}"
        routes.append(rest.route(path, register.scope, _register_collection(register), methods))
        item = _register_item(register)
        routes.append(rest.route(path + "/{code:path}", register.scope, item, item_methods))
    return routes


def _shown_entry(register: Register) -> Callable[[Call, Stored], Record]:
    has_url = register not in {registers.LABELS, registers.PRINT_TEMPLATES}

    def show(call: Call, stored: Stored) -> Record:
        url = {"@url": call.url(f"{register.path}/{stored.fields[register.key]}")} if has_url else {}
        return {**url, **stored.fields}

    return show


def _register_collection(register: Register) -> Handler:
    show = _shown_entry(register)
    listing = Listing(register.plural, show)

    async def handle(call: Call) -> Response:
        if call.request.method == "POST":
            stored = registers.create(call.company, register, await call.payload(register.singular))
            return one(register.singular, show(call, stored), 201, call.url(register.path))
        entries = list(call.company.register(register.path).values())
        if register is registers.FINANCIAL_YEARS:
            entries = _years_on(entries, call.query.get("date") or call.query.get("Date"))
        return answer_list(call, listing, entries)

    return handle


def _years_on(entries: list[Stored], day: str | None) -> list[Stored]:
    if day is None:
        return entries
    return [e for e in entries if str(e.fields["FromDate"]) <= day <= str(e.fields["ToDate"])]


def _register_item(register: Register) -> Handler:
    show = _shown_entry(register)

    async def handle(call: Call) -> Response:
        code = call.parameter("code")
        if call.request.method == "DELETE":
            registers.delete(call.company, register, code)
            return Response(status_code=204)
        if call.request.method == "PUT":
            payload = await call.payload(register.singular)
            return one(register.singular, show(call, registers.update(call.company, register, code, payload)))
        return one(register.singular, show(call, registers.find(call.company, register, code)))

    return handle


def company_routes(rest: Rest) -> list[BaseRoute]:
    async def information(call: Call) -> Response:
        return one("CompanyInformation", call.company.information)

    async def settings(call: Call) -> Response:
        bank = {} if call.company.knobs.bank_details else {"BG": "", "PG": "", "IBAN": "", "BIC": ""}
        return one("CompanySettings", {**call.company.settings, **bank})

    async def locked_period(call: Call) -> Response:
        return one("LockedPeriod", {"EndDate": call.company.knobs.locked_period_end})

    async def me(call: Call) -> Response:
        user = {"Id": call.grant.user_id, "Name": "Maja Lindqvist", "Email": "maja@bryggan.example"}
        return one("Me", {**user, "Locale": "sv_SE", "SysAdmin": True})

    async def warehouse(call: Call) -> Response:
        return JsonAnswer({"activated": call.company.knobs.warehouse, "tenantId": call.company.number})

    return [
        rest.route("/3/companyinformation", "companyinformation", information, ["GET"]),
        rest.route("/3/settings/company", "settings", settings, ["GET"]),
        rest.route("/3/settings/lockedperiod", "settings", locked_period, ["GET"]),
        rest.route("/3/me", "profile", me, ["GET"]),
        rest.route("/api/warehouse/tenants-v4", "warehouse", warehouse, ["GET"]),
    ]
