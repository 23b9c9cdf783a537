"""Every code a user can meet has its sentence, and every sentence has a code that somebody can meet."""

from string import Formatter

import pytest
from tests.architecture.source_codes import holes, raised_codes, spoken_words

from fortnox_bridge.domain.catalogue import CATALOGUE, describe
from fortnox_bridge.domain.language import Language


def test_codes_raised_or_answered_are_all_in_the_catalogue():
    raised = raised_codes()

    undocumented = {code: places for code, places in raised.items() if code not in CATALOGUE}

    assert undocumented == {}
    # The collector itself must not go blind: these stand for errors, notices, outcomes, tables and answers.
    assert {
        "fortnox_reconnect",
        "customer_ambiguous",
        "totals_differ_after",
        "no_connection",
        "api_key_refused",
        "fortnox_licence_missing",
        "oauth_state_refused",
        "source_unauthorized",
    } <= set(raised)


def test_catalogue_entries_are_all_spoken_somewhere():
    assert set(CATALOGUE) - spoken_words() == set()


def test_raised_errors_fill_every_placeholder_of_their_sentence():
    assert holes() == []


@pytest.mark.parametrize("code", sorted(CATALOGUE))
def test_message_says_the_same_in_both_languages(code):
    message = CATALOGUE[code]

    assert message.sv
    assert message.en
    assert message.sv != message.en
    assert bool(message.remedy_sv) == bool(message.remedy_en)
    assert _placeholders(message.sv) == _placeholders(message.en)
    assert _placeholders(message.remedy_sv) == _placeholders(message.remedy_en)


@pytest.mark.parametrize("language", list(Language))
def test_unknown_code_still_gives_a_sentence_that_names_it(language):
    assert "never_heard_of" in describe("never_heard_of", {}, language).what


def _placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}
