"""What the storage raises besides `LeaseLost` and broken invariants."""


class StorageUnavailable(Exception):
    """The database does not answer. Nothing of the unit of work was stored, or its commit is of unknown outcome."""


class AlreadyExists(Exception):
    """A uniqueness rule refused the row; `rule` is the constraint's name as far as the database tells."""

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule


class OutOfScope(Exception):
    """A unit of work asked for what its scope may not even name: a programming error, never an answer to a user."""


class StaleRevision(Exception):
    """The settings were saved by somebody else in between; `current` is the revision that stands."""

    def __init__(self, current: int) -> None:
        super().__init__(f"revision {current} stands")
        self.current = current


class UnknownKey(Exception):
    """A secret was encrypted with a key that is not configured, or was not encrypted for this row and field."""
