"""Fingerprints tell that something differs and where, and never what."""

from hypothesis import given
from hypothesis import strategies as st

from fortnox_bridge.domain.fingerprint import differences, fingerprint

VALUES = st.dictionaries(st.text(min_size=1, max_size=5), st.text(max_size=5), max_size=6)


@given(VALUES)
def test_the_same_values_in_any_order_show_the_same(values):
    assert fingerprint(dict(reversed(values.items()))) == fingerprint(values)
    assert differences(fingerprint(values), fingerprint(values)) == ()


@given(VALUES, VALUES)
def test_exactly_the_fields_that_differ_are_named(old, new):
    """An empty field is no field."""
    differing = {name for name in {**old, **new} if (old.get(name) or "") != (new.get(name) or "")}
    assert set(differences(fingerprint(old), fingerprint(new))) == differing


def test_values_are_not_kept():
    assert "hemligt" not in fingerprint({"comments": "hemligt"})
