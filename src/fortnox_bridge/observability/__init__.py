"""What operators see: logs and metrics."""

from fortnox_bridge.observability.logs import configure_logging
from fortnox_bridge.observability.metrics import PrometheusMeters

__all__ = ["PrometheusMeters", "configure_logging"]
