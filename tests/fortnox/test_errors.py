"""The table of Fortnox's refusals: every row has a class, a sentence in two languages and a turn."""

import json
import re
from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fortnox_bridge.domain.catalogue import CATALOGUE, Turn, connecting, describe, fortnox
from fortnox_bridge.domain.errors import (
    BridgeError,
    Defect,
    OutcomeUnknown,
    PermissionMissing,
    RateLimited,
    ReconnectRequired,
    Transient,
    Unavailable,
    UserAction,
)
from fortnox_bridge.domain.language import Language
from fortnox_bridge.fortnox.errors import BY_CODE, BY_TEXT, read_error, retry_after, vendor_code
from fortnox_bridge.http import HttpResponse

FACTS_CODES = [
    "1000003",
    "1000030",
    "1000031",
    "2000013",
    "2000106",
    "2000108",
    "2000134",
    "2000204",
    "2000433",
    "2000310",
    "2000311",
    "2000321",
    "2000359",
    "2000397",
    "2000401",
    "2000423",
    "2000427",
    "2004344",
    "2000428",
    "2000429",
    "2000430",
    "2000431",
    "2000432",
    "2000435",
    "2000434",
    "2000439",
    "2000496",
    "2000499",
    "2000550",
    "2000587",
    "2000588",
    "2000637",
    "2000663",
    "2001101",
    "2001103",
    "2002455",
    "2003275",
    "2000699",
    "2000719",
    "2000729",
    "2001161",
    "2001243",
    "2001279",
    "2001302",
    "2001304",
    "2001383",
    "2001392",
    "2001393",
    "2001399",
    "2001600",
    "2001740",
    "2002115",
    "2001896",
    "2002141",
    "2002980",
    "2003157",
    "2004021",
    "2003124",
    "2003125",
    "2003126",
    "2003127",
    "2003277",
    "2003399",
    "2003977",
    "2004167",
    "2004194",
    "2001403",
]

_OWN_PARAMS = {"fortnox_draft_touched": {"number"}}


def answer(status: int, body: object, **headers: str) -> HttpResponse:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return HttpResponse(status, {"content-type": "application/json", **headers}, raw)


def said(code: object, message: str = "Nej.") -> dict:
    return {"ErrorInformation": {"error": 1, "message": message, "code": code}}


@pytest.mark.parametrize("code", FACTS_CODES)
def test_code_of_the_facts_has_a_row_and_a_sentence(code):
    error = read_error(answer(400, said(int(code))), is_write=False)
    assert error.code != "fortnox_refused"
    message = CATALOGUE[error.code]
    assert isinstance(error, Transient) == (message.turn is Turn.NOBODY) or error.code == "fortnox_already_cancelled"
    assert isinstance(error, Defect) == (message.turn is Turn.OPERATOR)


def test_table_holds_nothing_but_the_facts():
    assert {str(code) for code in BY_CODE} == set(FACTS_CODES)


@pytest.mark.parametrize("message", [*connecting.MESSAGES, *fortnox.MESSAGES], ids=lambda message: message.code)
@pytest.mark.parametrize("language", Language)
def test_sentence_is_whole_in_both_languages(message, language):
    templates = (message.sv, message.en, message.remedy_sv, message.remedy_en)
    names = {name for template in templates for _, name, _, _ in Formatter().parse(template) if name}
    sentence = describe(message.code, dict.fromkeys(names, "X"), language)
    assert not re.search(r"[{}…]", sentence.what + sentence.remedy)
    assert sentence.what != sentence.remedy
    assert sentence.remedy.endswith(".")


@pytest.mark.parametrize("message", fortnox.MESSAGES, ids=lambda message: message.code)
def test_sentence_asks_only_for_what_its_errors_carry(message):
    templates = (message.sv, message.en, message.remedy_sv, message.remedy_en)
    names = {name for template in templates for _, name, _, _ in Formatter().parse(template) if name}
    assert names <= {"message", "fortnox_code"} | _OWN_PARAMS.get(message.code, set())


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("Bankuppgifter saknas.", "fortnox_bank_details_missing"),
        ("OCR-numret används redan", "fortnox_number_series"),
        ("Kunde inte hämta/hitta moms", "fortnox_vat_rate_unusable"),
        ("Kan inte hitta leveranssätt", "fortnox_way_of_delivery_missing"),
        ("Kostnadsställe måste anges för konto 3001", "fortnox_cost_centre_required"),
        ("Värdet tolkas som null", "fortnox_payload_refused"),
        ("Faktura som bokförs måste vara klarmarkerad", "fortnox_warehouse"),
        ("Räkenskapsår saknas", "fortnox_financial_year_missing"),
        ("Saknar behörighet för kunder", "fortnox_right_missing"),
        ("Något annat", "fortnox_refused"),
    ],
)
def test_message_without_established_code_is_recognised(message, code):
    assert read_error(answer(400, said(2999999, message)), is_write=True).code == code


def test_every_pattern_has_a_sentence():
    assert {rule.code for _, rule in BY_TEXT} <= set(CATALOGUE)


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        ({"ErrorInformation": {"error": 1, "message": "A", "code": 2000587}}, 2000587, "A"),
        ({"ErrorInformation": {"Error": 1, "Message": "B", "Code": "2000434"}}, 2000434, "B"),
        ({"id": "a1", "error": "wrong_file_type", "message": "C"}, None, "C"),
        ({"error": "invalid_grant", "error_description": "D"}, None, "D"),
        ({"message": "unauthorized"}, None, "unauthorized"),
    ],
)
def test_every_envelope_is_read(body, code, message):
    error = read_error(answer(400, body), is_write=True)
    assert vendor_code(error) == code
    assert error.params["message"] == message


@pytest.mark.parametrize(
    ("status", "body", "is_write", "kind"),
    [
        (401, {"message": "unauthorized"}, True, ReconnectRequired),
        (403, said(1), True, PermissionMissing),
        (403, b"<html>", True, OutcomeUnknown),
        (403, b"<html>", False, Unavailable),
        (404, said(2000434), True, UserAction),
        (429, b"", True, RateLimited),
        (500, said(1), True, OutcomeUnknown),
        (500, said(2000434), False, Unavailable),
        (503, b"", False, Unavailable),
        (400, b"null", True, OutcomeUnknown),
        (400, {"ErrorInformation": "no"}, True, OutcomeUnknown),
    ],
)
def test_status_decides_first(status, body, is_write, kind):
    assert isinstance(read_error(answer(status, body), is_write=is_write), kind)


@pytest.mark.parametrize(("text", "seconds"), [("7", 7.0), ("99999", 3600.0), ("soon", None), ("-1", None), ("", None)])
def test_retry_after_is_read_when_it_is_seconds(text, seconds):
    assert retry_after(answer(429, b"", **{"retry-after": text})) == seconds


@given(st.integers(300, 599), st.binary(max_size=200) | st.text(max_size=100).map(str.encode), st.booleans())
def test_any_answer_is_an_error_of_the_taxonomy(status, body, is_write):
    error = read_error(answer(status, body), is_write=is_write)
    assert isinstance(error, BridgeError)
    assert error.code in CATALOGUE
