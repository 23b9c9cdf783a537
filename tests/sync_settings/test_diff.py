from hypothesis import given
from hypothesis import strategies as st

from fortnox_bridge.sync_settings.diff import ChangeKind, apply, changes

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.text("ab.0", max_size=3),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text("ab.0", max_size=2), inner, max_size=4),
    max_leaves=20,
)


@given(PLAIN, PLAIN)
def test_applying_what_changed_gives_the_other(before, after):
    assert apply(before, changes(before, after)) == after


@given(PLAIN)
def test_a_document_does_not_differ_from_itself(document):
    assert changes(document, document) == ()


@given(st.lists(st.integers(), min_size=1, max_size=30), st.integers(0, 30), st.integers())
def test_one_row_put_in_or_taken_out_is_one_change(rows, at, row):
    longer = [*rows[:at], row, *rows[at:]]

    (added,) = changes(rows, longer)
    (removed,) = changes(longer, rows)

    assert (added.kind, removed.kind) == (ChangeKind.ADDED, ChangeKind.REMOVED)


@given(PLAIN, PLAIN)
def test_applying_leaves_the_document_itself_alone(before, after):
    kept = repr(before)
    apply(before, changes(before, after))

    assert repr(before) == kept


def test_changes_name_their_place_and_both_values():
    before = {"vat": {"fallback_rate": None}, "products": {"table": [{"value": "a", "article": "1"}]}}
    after = {"vat": {"fallback_rate": "25"}, "products": {"table": [{"value": "a", "article": "2"}]}}

    found = {change.place: (change.before, change.after) for change in changes(before, after)}

    assert found == {"vat.fallback_rate": (None, "25"), "products.table.0.article": ("1", "2")}


def test_true_is_not_one():
    assert len(changes({"a": True}, {"a": 1})) == 1
