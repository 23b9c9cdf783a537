"""Source accounts and Fortnox companies, and how they are connected."""

from fastapi import APIRouter, Request

from fortnox_bridge.web.api_v1 import schemas
from fortnox_bridge.web.api_v1.present import company_body, source_account_body
from fortnox_bridge.web.auth import CurrentAccess
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
