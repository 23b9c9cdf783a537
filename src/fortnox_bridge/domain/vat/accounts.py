"""Which account a row of a sale abroad is booked on; None leaves it to the article, as Fortnox does (F56)."""

from fortnox_bridge.domain.fortnox_fields import VatType
from fortnox_bridge.domain.product import ProductKind
from fortnox_bridge.domain.rules import SaleAccounts


def sale_account(accounts: SaleAccounts, vat_type: VatType, kind: ProductKind) -> str | None:
    is_goods = kind is ProductKind.GOODS
    match vat_type:
        case VatType.EU_REVERSE_CHARGE:
            return accounts.eu_goods if is_goods else accounts.eu_services
        case VatType.EXPORT:
            return accounts.export_goods if is_goods else accounts.export_services
        case _:
            return None


def setting_of(vat_type: VatType, kind: ProductKind) -> str:
    """The settings key that names the account."""
    area = "eu" if vat_type is VatType.EU_REVERSE_CHARGE else "export"
    return f"vat.accounts.{area}_{'goods' if kind is ProductKind.GOODS else 'services'}"
