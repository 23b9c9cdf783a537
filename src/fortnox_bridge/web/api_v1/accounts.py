"""Source accounts and Fortnox companies, and how they are connected."""

from uuid import UUID

from fastapi import APIRouter, Request

from fortnox_bridge.domain.catalogue import describe
from fortnox_bridge.domain.ids import FortnoxCompanyId, SourceAccountId
from fortnox_bridge.services.access.disconnect import Disconnected
from fortnox_bridge.web.api_v1 import schemas
from fortnox_bridge.web.api_v1.present import company_body, source_account_body
from fortnox_bridge.web.auth import CurrentAccess
from fortnox_bridge.web.problems import language_of
from fortnox_bridge.web.services import services_of

router = APIRouter(tags=["accounts"])


@router.post("/authorizations", status_code=201)
async def start_authorization(
    request: Request, body: schemas.AuthorizationRequest, access: CurrentAccess
) -> schemas.AuthorizationTicket:
    """Start connecting Fortnox or a source account by OAuth: answers an address to open in a browser, once."""
    access.require_global()
    ticket = await services_of(request).authorize.issue_ticket(body.provider, author=access.name)
    return schemas.AuthorizationTicket(url=ticket.url, expires_at=ticket.expires_at)


@router.post("/source-accounts", status_code=201)
async def connect_by_api_token(
    request: Request, body: schemas.ApiTokenAccount, access: CurrentAccess
) -> schemas.SourceAccountBody:
    """Connect a source account by its own API token. Idempotent: the same account gets the new token."""
    access.require_global()
    account = await services_of(request).accounts.connect_by_api_token(
        body.connector, body.api_token, body.config, author=access.name
    )
    return source_account_body(account)


@router.post("/source-accounts/{account_id}/disconnect")
async def disconnect_source_account(
    request: Request, account_id: UUID, access: CurrentAccess
) -> schemas.DisconnectedSource:
    """Remove its webhooks and the app from the source, withdraw the consent and delete the tokens. Idempotent.

    Connections, documents and runs stay; what runs need the account waits until it is connected again. The tokens are
    deleted even if the source does not answer: `notice` then says what is left to remove there.
    """
    access.require_global()
    account, done = await services_of(request).disconnect.source_account(
        SourceAccountId(account_id), author=access.name
    )
    title = services_of(request).installed_connectors.title(account.connector)
    return schemas.DisconnectedSource(
        source_account=source_account_body(account), notice=_left_behind(request, done, title)
    )


@router.post("/fortnox-companies/{company_id}/disconnect")
async def disconnect_company(request: Request, company_id: UUID, access: CurrentAccess) -> schemas.DisconnectedCompany:
    """Withdraw the consent at Fortnox and delete the company's tokens. Idempotent; what was made there stays."""
    access.require_global()
    company, done = await services_of(request).disconnect.company(FortnoxCompanyId(company_id), author=access.name)
    return schemas.DisconnectedCompany(
        fortnox_company=company_body(company), notice=_left_behind(request, done, "Fortnox")
    )


@router.get("/source-accounts")
async def list_source_accounts(request: Request, access: CurrentAccess) -> dict[str, list[schemas.SourceAccountBody]]:
    """Every source account and the state of its access."""
    access.require_global()
    accounts = await services_of(request).accounts.list_source_accounts()
    return {"source_accounts": [source_account_body(account) for account in accounts]}


@router.get("/fortnox-companies")
async def list_companies(request: Request, access: CurrentAccess) -> dict[str, list[schemas.CompanyBody]]:
    """Every Fortnox company and the state of its access."""
    access.require_global()
    companies = await services_of(request).accounts.list_companies()
    return {"fortnox_companies": [company_body(company) for company in companies]}


def _left_behind(request: Request, done: Disconnected, system: str) -> schemas.ReasonBody | None:
    if not done.is_left_behind:
        return None
    said = describe("account_left_behind", {"system": system}, language_of(request))
    return schemas.ReasonBody(code="account_left_behind", what=said.what, remedy=said.remedy)
