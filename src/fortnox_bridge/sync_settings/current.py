"""The version this code writes. Older documents are upgraded when they are read."""

from fortnox_bridge.sync_settings.v1 import SettingsV1 as Settings

__all__ = ["CURRENT_MAJOR", "CURRENT_MINOR", "Settings"]

CURRENT_MAJOR = 1
CURRENT_MINOR = 0
