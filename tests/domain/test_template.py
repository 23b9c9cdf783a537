"""Templates read fields of the deal and nothing else, always end, and never grow without bound."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fortnox_bridge.domain.fields import FieldPath
from fortnox_bridge.domain.template import MAX_OUTPUT, MAX_TEXT, InvalidTemplate, Template

VALUES = {
    "company.name": "Nordlund AB",
    "company.address.city": "Umeå",
    "deal.title": "Altan",
    "deal.custom:1b6f-00": "PO 7",
    "contact.name": "",
}


def rendered(text: str) -> str:
    return Template.parse(text).render(lambda path: VALUES.get(str(path), ""))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{ company.name }}", "Nordlund AB"),
        ("Avser {{ deal.title }}, {{ company.address.city }}", "Avser Altan, Umeå"),
        ('{{ deal["custom:1b6f-00"] }}', "PO 7"),
        ("{{ contact.name or company.name }}", "Nordlund AB"),
        ('{{ contact.name or "utan kontakt" }}', "utan kontakt"),
        ("{{ company.name and deal.title }}", "Altan"),
        ("{{ company.name | upper }}", "NORDLUND AB"),
        ("{{ company.name | truncate(4) | lower }}", "nord"),
        ("{{ deal.title ~ ' ' ~ 2026 }}", "Altan 2026"),
        ("{% if contact.name %}Att: {{ contact.name }}{% else %}{{ company.name }}{% endif %}", "Nordlund AB"),
        ("{% if contact.name %}a{% elif deal.title %}b{% endif %}", "b"),
        ('{% if company.address.city == "Umeå" %}norr{% endif %}', "norr"),
        ('{{ "norr" if company.address.city != "Umeå" else "här" }}', "här"),
        ("{% if not contact.name %}ensam{% endif %}", "ensam"),
        ("utan fält", "utan fält"),
        ("{# för oss #}synligt", "synligt"),
        ("  {{ contact.name }}  ", ""),
        ("<b>{{ company.name }}</b>", "<b>Nordlund AB</b>"),
    ],
)
def test_template_says_what_it_says(text, expected):
    assert rendered(text) == expected


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("{{ company.nonsense }}", "names no field"),
        ("{{ settings.secret }}", "names no field"),
        ("{{ company.name.__class__ }}", "names no field"),
        ("{{ company['__class__'] }}", "names no field"),
        ("{{ ''.__class__ }}", "only fields"),
        ("{{ deal[0] }}", "only fields"),
        ("{{ range(10) }}", "not allowed"),
        ("{{ company.name() }}", "not allowed"),
        ("{{ company.name.upper() }}", "not allowed"),
        ("{% for x in company.name %}{{ x }}{% endfor %}", "not allowed"),
        ("{% set x = 1 %}", "not allowed"),
        ("{% include 'x' %}", "not allowed"),
        ("{% import 'x' as y %}", "not allowed"),
        ("{% macro m() %}{% endmacro %}", "not allowed"),
        ("{% with %}{% endwith %}", "not allowed"),
        ("{{ 9 ** 9 }}", "not allowed"),
        ("{{ 'a' * 9 }}", "not allowed"),
        ("{{ [1, 2] }}", "not allowed"),
        ("{{ 1.5 }}", "only texts and whole numbers"),
        ("{{ company.name | attr('x') }}", "there is no filter"),
        ("{{ company.name | safe }}", "there is no filter"),
        ("{{ company.name | upper(1) }}", "takes nothing"),
        ("{{ company.name | truncate }}", "truncate(50)"),
        ("{{ company.name | truncate(999999999) }}", "truncate(50)"),
        ("{{ company.name < 'a' }}", "only == and !="),
        ("{{ company.name is defined }}", "not allowed"),
        ("{{ company.name", "line 1"),
        ("{% if company.name %}", "line 1"),
        ("{{ " + "(" * 900 + "company.name" + ")" * 900 + " }}", "nested too deeply"),
        ("{{ " + "not " * 480 + "company.name }}", "at most"),
        ("{{ " + "company.name ~ " * 130 + "company.name }}", None),
        ("a" * (MAX_TEXT + 1), "at most"),
    ],
)
def test_template_that_says_more_is_refused_in_words(text, complaint):
    if complaint is None:
        assert rendered(text).startswith("Nordlund ABNordlund AB")
        return
    with pytest.raises(InvalidTemplate) as caught:
        Template.parse(text)
    assert complaint in str(caught.value)


def test_template_names_every_field_it_reads_once():
    template = Template.parse("{{ company.name }}{% if deal.title %}{{ company.name or contact.email }}{% endif %}")

    assert [str(path) for path in template.paths] == ["company.name", "deal.title", "contact.email"]


def test_equal_texts_are_equal_templates():
    assert Template.parse("{{ deal.title }}") == Template.parse("{{ deal.title }}")


def test_output_is_cut_however_long_the_fields_are():
    template = Template.parse("{{ deal.title }}" * 20)

    assert len(template.render(lambda _path: "å" * 60_000)) == MAX_OUTPUT


PIECES = st.sampled_from(
    [
        *("{{ ", " }}", "{% if ", " %}", "{% else %}", "{% elif ", "{% endif %}", "{% for x in ", "{% endfor %}"),
        *("company.name", "deal.title", 'deal["custom:1b6f-00"]', "company", ".", "__class__", "['", "']", "[", "]"),
        *(" or ", " and ", " not ", " ~ ", " | upper", " | truncate(3)", " | map('x')", "(", ")", "range(9)", "'a'"),
        *('"', "1", "==", "*", "**", "%", "\n", "\\", "\x00", "lipsum", "cycler.__init__", "å", " if ", " else "),
        *("{# ", " #}", "{%- raw %}", "{% endraw %}"),
    ]
)


@given(st.lists(PIECES | st.text(max_size=5), max_size=60))
@settings(max_examples=600, deadline=None)
def test_whatever_is_written_is_either_refused_in_words_or_ends_soon_and_small(pieces):
    read: list[FieldPath] = []
    try:
        template = Template.parse("".join(pieces))
    except InvalidTemplate:
        return

    def value(path: FieldPath) -> str:
        read.append(path)
        return "x" * 1_000

    text = template.render(value)

    assert len(text) <= MAX_OUTPUT
    assert set(read) <= set(template.paths)
