"""Whatever is sent as settings, it is either refused with its faults or read: nothing else happens."""

import copy
import json
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from fortnox_bridge.sync_settings.checks import Facts, judge, needs
from fortnox_bridge.sync_settings.faults import InvalidSettings, in_order
from fortnox_bridge.sync_settings.references import references
from fortnox_bridge.sync_settings.rules import to_rules
from fortnox_bridge.sync_settings.upgrade import dump_settings, load_settings, upgraded

SAMPLE = json.loads((Path(__file__).parent / "samples" / "v2_everything.json").read_text(encoding="utf-8"))
TEXTS = st.sampled_from(
    ["", "x", "deal.title", "deal.custom:", "{{ deal.title }}", "{% if", "1", "2.0", "\x00", "\ud800"]
)
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS | st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


def places(value, path=()):
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from places(item, (*path, key))


EVERY_PLACE = [path for path in places(SAMPLE) if path]


def replaced(document, path, value):
    at = document
    for part in path[:-1]:
        at = at[part]
    at[path[-1]] = value


def treat(document):
    faults, named = (), references({})
    try:
        named = references(upgraded(document))
    except InvalidSettings as error:
        faults = error.faults
    judged = judge(named, Facts())
    needs(named)
    try:
        sound = load_settings(document)
    except InvalidSettings as error:
        faults = (*faults, *error.faults)
        told = in_order((*faults, *judged.faults))
        assert all(fault.place and fault.message for fault in told)
        return None
    return sound


@settings(max_examples=300)
@given(st.sampled_from(EVERY_PLACE), PLAIN)
def test_sample_with_anything_in_one_place_is_read_or_refused(path, value):
    document = copy.deepcopy(SAMPLE)
    replaced(document, path, value)

    sound = treat(document)

    if sound is not None:
        assert load_settings(dump_settings(sound)) == sound
        to_rules(sound, revision=1)


@given(st.dictionaries(st.sampled_from(list(SAMPLE)) | st.text(max_size=4), PLAIN, max_size=6))
def test_anything_at_all_is_read_or_refused(document):
    treat(document)
