"""The version this code writes. Older documents are upgraded when they are read."""

from fortnox_bridge.sync_settings.v2 import SettingsV2 as Settings

__all__ = ["CURRENT_MAJOR", "CURRENT_MINOR", "Settings"]

CURRENT_MAJOR = 2
CURRENT_MINOR = 1
