"""The conformance kit: what a connector author imports in tests (extra: `fortnox-bridge[testing]`)."""
