"""The EU's register of VAT numbers, VIES: the client, and nothing that knows of customers or sales."""

from fortnox_bridge.vies.client import ALLOWED_HOSTS, BASE_URL, SYSTEM, ViesClient

__all__ = ["ALLOWED_HOSTS", "BASE_URL", "SYSTEM", "ViesClient"]
