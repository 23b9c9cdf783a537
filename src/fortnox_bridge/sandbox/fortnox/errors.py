"""How Fortnox refuses: both envelopes, the published codes, and stand-ins for unpublished ones.

Codes and texts: facts/fortnox.md section 3. Where that table says "code not established", a number from
2990000 up stands in: no published code lies there, so a client must show the text and keep the number.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FortnoxError(Exception):
    """A refusal. Validation speaks in lower-case keys, not-found and permission in upper-case ones."""

    status: int
    code: int
    message: str
    is_upper_case: bool = False

    def envelope(self) -> dict[str, object]:
        # A refused value is quoted; half a surrogate pair in it cannot be written as JSON.
        message = self.message.encode("utf-8", "replace").decode("utf-8")
        if self.is_upper_case:
            return {"ErrorInformation": {"Error": 1, "Message": message, "Code": self.code}}
        return {"ErrorInformation": {"error": 1, "message": message, "code": self.code}}


def invalid(code: int, message: str) -> FortnoxError:
    return FortnoxError(400, code, message)


def not_found(code: int, message: str) -> FortnoxError:
    return FortnoxError(404, code, message, is_upper_case=True)


def forbidden(code: int, message: str) -> FortnoxError:
    return FortnoxError(403, code, message, is_upper_case=True)


# Codes that no public source gives (facts/fortnox.md 3 and 16).
UNPUBLISHED_EMAIL = 2990001
UNPUBLISHED_ORGANISATION_NUMBER = 2990002
UNPUBLISHED_CHOICE = 2990003
UNPUBLISHED_LOCKED_DOCUMENT = 2990004
UNPUBLISHED_TOO_LONG = 2990005
UNPUBLISHED_REQUIRED = 2990006
UNPUBLISHED_DATE = 2990007
UNPUBLISHED_RANGE = 2990008
UNPUBLISHED_WAY_OF_DELIVERY = 2990009
UNPUBLISHED_COST_CENTRE = 2990010
UNPUBLISHED_COST_CENTRE_REQUIRED = 2990011
UNPUBLISHED_VAT_RATE = 2990012
UNPUBLISHED_INACTIVE_ARTICLE = 2990013
UNPUBLISHED_DOCUMENT_NUMBER_TAKEN = 2990014
UNPUBLISHED_IN_USE = 2990015
UNPUBLISHED_NOT_BOOKED = 2990016
UNPUBLISHED_ALREADY_CREDITED = 2990017
UNPUBLISHED_FISCAL_YEAR = 2990018
UNPUBLISHED_BANK_DETAILS = 2990019
UNPUBLISHED_NOT_READY = 2990020
UNPUBLISHED_ROW_ID = 2990021
UNPUBLISHED_REGISTER_VALUE = 2990022


def unknown_field(name: str) -> FortnoxError:
    return invalid(2001399, f"Felaktigt fältnamn ({name}).")


def not_text(name: str, value: object) -> FortnoxError:
    return invalid(2000106, f"Värdet måste vara alfanumeriskt. ({name}: {value})")


def not_a_number(name: str, value: object) -> FortnoxError:
    return invalid(2000108, f"Värdet måste vara numeriskt. ({name}: {value})")


def not_a_boolean(name: str, value: object) -> FortnoxError:
    return invalid(2000134, f"Värdet måste vara av typen boolean. ({name}: {value})")


def forbidden_characters(value: str) -> FortnoxError:
    return invalid(2000359, f"Värdet innehåller ej tillåtna tecken. ({value})")


def null_refused(name: str) -> FortnoxError:
    return invalid(2000699, f"Värdet kan inte vara null. ({name})")


def no_such_filter() -> FortnoxError:
    return invalid(2000587, "Ett ogiltigt filter har använts.")


def bad_parameter(name: str) -> FortnoxError:
    return invalid(2000588, f"En ogiltig parameter har använts. ({name})")


def wrong_body() -> FortnoxError:
    return invalid(2001392, "Ingen eller felaktig typ av data.")
