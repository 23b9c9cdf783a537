"""One Fortnox company, as the rest of the service sees it: our words in, our words out."""

from fortnox_bridge.fortnox.articles import Articles
from fortnox_bridge.fortnox.client import FortnoxClient
from fortnox_bridge.fortnox.company import CompanyReader
from fortnox_bridge.fortnox.customer_lists import CustomerLists
from fortnox_bridge.fortnox.customers import Customers, CustomerWitness
from fortnox_bridge.fortnox.document_copies import DocumentCopies
from fortnox_bridge.fortnox.documents import Documents
from fortnox_bridge.fortnox.files import Files
from fortnox_bridge.fortnox.registers import Registers


class FortnoxGateway(Customers, CustomerLists, Articles, Documents, Registers, CompanyReader, Files, DocumentCopies):
    """Everything that can be asked of one company; each part says in its own file how it is protected."""

    def __init__(self, client: FortnoxClient, witness: CustomerWitness | None = None) -> None:
        super().__init__(client, witness)
