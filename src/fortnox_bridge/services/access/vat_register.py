"""Reaching the EU's register of VAT numbers: one HTTP client for everybody, opened when first asked."""

from fortnox_bridge.domain.vat import RegisterAnswer, VatNumber
from fortnox_bridge.http import HostPolicy, HttpClient
from fortnox_bridge.services.access.source_access import origin_of
from fortnox_bridge.services.deployment import Deployment
from fortnox_bridge.vies import ALLOWED_HOSTS, BASE_URL, SYSTEM, ViesClient


class VatRegister:
    """Lives as long as the service."""

    def __init__(self, deployment: Deployment) -> None:
        self._own_url = deployment.vies_url
        self._timing = deployment.timing
        self._http: HttpClient | None = None

    async def check(self, number: VatNumber) -> RegisterAnswer:
        """What the register says; no answer within the deadline is an answer too."""
        client = ViesClient(self._client(), self._own_url or BASE_URL, timeout_s=self._timing.vies_timeout_s)
        return await client.check(number)

    async def aclose(self) -> None:
        if self._http is not None:
            await self._http.aclose()
            self._http = None

    def _client(self) -> HttpClient:
        if self._http is None:
            origins = (origin_of(self._own_url),) if self._own_url else ()
            self._http = HttpClient(
                system=SYSTEM,
                policy=HostPolicy(hosts=ALLOWED_HOSTS, origins=origins),
                connect_timeout_s=self._timing.connect_timeout_s,
                timeout_s=self._timing.vies_timeout_s,
                max_connections=8,
            )
        return self._http
