"""Mapping rows say what the deal says, whatever stands in it, and nothing else."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.pipeline.deals import make_company, make_deal, make_line

from fortnox_bridge.domain.fields import OBJECTS, FieldPath, UnknownField, neutral_fields, read_field
from fortnox_bridge.domain.fortnox_fields import CustomerField
from fortnox_bridge.domain.mapped import find_mapped, mapped_text
from fortnox_bridge.domain.rules import FieldMapping
from fortnox_bridge.domain.template import Template
from fortnox_bridge.domain.values import as_text

ANYTHING = st.text(max_size=200) | st.sampled_from(
    ["\u202e", "<script>", "{{ deal.title }}", "{% for x in y %}", "\x00"]
)
PATHS = [FieldPath.parse(f"{kind}.{name}") for kind in OBJECTS for name in neutral_fields(kind)]


@given(st.lists(st.sampled_from(PATHS), min_size=1, max_size=10), ANYTHING, ANYTHING, ANYTHING)
def test_row_says_the_first_source_that_is_not_empty(paths, title, name, city):
    deal = make_deal(title=title, company=make_company(name=name))
    row = FieldMapping(CustomerField.NAME, tuple(paths))
    stated = [as_text(value) for path in paths if (value := read_field(path, deal)) is not None]

    mapped = mapped_text(row, deal)

    assert (mapped.text if mapped else "") == next((text for text in stated if text), "")
    assert mapped is None or mapped.by in {str(path) for path in paths}


@given(ANYTHING, ANYTHING)
def test_template_never_reads_what_the_deal_wrote_as_a_template(title, name):
    deal = make_deal(title=title, company=make_company(name=name))
    row = FieldMapping(CustomerField.NAME, template=Template.parse("{{ deal.title }}|{{ company.name }}"))

    mapped = mapped_text(row, deal)

    assert mapped is not None
    assert mapped.text == f"{title.strip()}|{name.strip()}".strip()


def test_row_of_the_line_reads_the_line_it_is_given():
    line = make_line(name="Virke", comment="Lärk", quantity=Decimal(3))
    row = FieldMapping(CustomerField.COMMENTS, (FieldPath.parse("line.comment"),))

    mapped = find_mapped([row], CustomerField.COMMENTS, make_deal(lines=(line,)), line)

    assert mapped is not None
    assert (mapped.text, mapped.by) == ("Lärk", "line.comment")
    assert find_mapped([row], CustomerField.NAME, make_deal(lines=(line,)), line) is None


@given(st.text(max_size=60))
def test_path_of_any_text_is_read_or_refused(text):
    try:
        path = FieldPath.parse(text)
    except UnknownField:
        return
    assert str(path) == text
    assert path.object in OBJECTS


@pytest.mark.parametrize(
    "text", ["deal.__class__", "company.ref", "deal", "deal.", ".title", "owner.custom", "x.title"]
)
def test_path_to_what_is_no_field_is_refused(text):
    with pytest.raises(UnknownField):
        FieldPath.parse(text)
