"""Whether two Fortnox records are the same customer: numbers alone prove nothing, Fortnox may reuse them (F31)."""

from fortnox_bridge.domain.normalise import comparable_organisation_number, normalise_name


def is_same_customer(
    name: str, organisation_number: str | None, other_name: str, other_organisation_number: str | None
) -> bool:
    """Equal organisation numbers settle it, whatever the name; when one is unknown, the names must be equal."""
    mine = comparable_organisation_number(organisation_number or "")
    theirs = comparable_organisation_number(other_organisation_number or "")
    if mine and theirs:
        return mine == theirs
    return normalise_name(name) == normalise_name(other_name)
