"""Services that work on a company of the sandbox use the connected one of the Fortnox tests."""

from tests.fortnox.conftest import company

__all__ = ["company"]
