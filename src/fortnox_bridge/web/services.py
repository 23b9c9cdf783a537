"""What the routes may call, and how a route finds it."""

from typing import cast

from fastapi import Request

from fortnox_bridge.services.application import Services

__all__ = ["Services", "services_of"]


def services_of(request: Request) -> Services:
    return cast("Services", request.app.state.services)
