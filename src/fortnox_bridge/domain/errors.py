"""Errors, named by what happens next.

    BridgeError
    ├─ UserAction        a person must fix something; the run is parked and never retried by itself
    │    ├─ ReconnectRequired    an account must be connected again
    │    ├─ PermissionMissing    a scope, licence or right is missing
    │    ├─ SettingsInvalid      the sync settings or the deployment's settings are wrong
    │    ├─ MappingMissing       something in the source has no counterpart in Fortnox yet
    │    └─ SourceDataInvalid    the record in the source or in Fortnox must be changed
    ├─ Transient         tried again later by itself; `retry_after_s` is the least wait
    │    ├─ RateLimited          no attempt is spent
    │    ├─ Unavailable          the other system does not answer properly
    │    ├─ LockHeld             somebody else is doing it right now; no attempt is spent
    │    └─ OutcomeUnknown       a write may have happened: look before trying again
    └─ Defect            ours or the vendor's fault; parked with an alert
         ├─ ContractViolation    the other side broke its own description
         └─ InvariantBroken      we broke a promise of ours

`code` is stable and listed in the catalogue, which holds the sentences for users in Swedish and English.
`params` fill the sentences: names of fields, records and systems, never payloads or secrets.
`detail` is for logs; it holds no payloads or secrets either.
"""

from collections.abc import Mapping


class BridgeError(Exception):
    def __init__(self, code: str, /, *, detail: str = "", **params: str) -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.params: Mapping[str, str] = params
        self.detail = detail


class UserAction(BridgeError):
    """A person must act; `where` is a link to the place, when there is one.

    `data` is what the person chooses among, for programs; the sentence has it in `params`.
    """

    def __init__(self, code: str, /, *, detail: str = "", where: str | None = None, **params: str) -> None:
        super().__init__(code, detail=detail, **params)
        self.where = where
        self.data: Mapping[str, object] = {}


class ReconnectRequired(UserAction):
    pass


class PermissionMissing(UserAction):
    pass


class SettingsInvalid(UserAction):
    pass


class MappingMissing(UserAction):
    pass


class SourceDataInvalid(UserAction):
    pass


class Transient(BridgeError):
    def __init__(self, code: str, /, *, detail: str = "", retry_after_s: float | None = None, **params: str) -> None:
        super().__init__(code, detail=detail, **params)
        self.retry_after_s = retry_after_s


class RateLimited(Transient):
    pass


class Unavailable(Transient):
    pass


class LockHeld(Transient):
    pass


class OutcomeUnknown(Transient):
    pass


class Defect(BridgeError):
    pass


class ContractViolation(Defect):
    pass


class InvariantBroken(Defect):
    pass
