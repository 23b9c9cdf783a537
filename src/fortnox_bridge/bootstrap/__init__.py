"""The composition root: the one place that reads the settings and joins everything."""

from fortnox_bridge.bootstrap.bridge import Bridge
from fortnox_bridge.bootstrap.build import MigrationsPending, build_bridge

__all__ = ["Bridge", "MigrationsPending", "build_bridge"]
