from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, Integer, MetaData, Table, insert, select
from sqlalchemy.exc import StatementError

from fortnox_bridge.storage import create_engine
from fortnox_bridge.storage.types import ExactDecimal, JsonText, PlainText, UtcDateTime

SAMPLE = Table(
    "sample",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("amount", ExactDecimal()),
    Column("at", UtcDateTime()),
    Column("plain", JsonText()),
    Column("words", PlainText()),
)
AMOUNTS = st.decimals(
    min_value=Decimal("-999999999999.999999"), max_value=Decimal("999999999999.999999"), places=6, allow_nan=False
)
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters()), inner, max_size=3),
    max_leaves=6,
)
RELAXED = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
async def connection(database_url):
    engine = create_engine(database_url)
    async with engine.begin() as opened:
        await opened.run_sync(SAMPLE.create)
        yield opened
        await opened.run_sync(SAMPLE.drop)
    await engine.dispose()


async def stored(connection, **values):
    [key] = (await connection.execute(insert(SAMPLE).values(**values))).inserted_primary_key
    return (await connection.execute(select(SAMPLE).where(SAMPLE.c.id == key))).mappings().one()


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("0.1", "0.10"),
        ("1250.505", "1250.505"),
        ("0.000001", "0.000001"),
        ("999999999999.999999", "999999999999.999999"),
        ("-0.01", "-0.01"),
        ("100", "100.00"),
        ("1E+3", "1000.00"),
        ("12345678901.10", "12345678901.10"),
        ("0", "0.00"),
    ],
)
async def test_decimal_comes_back_exact_and_spelt_alike_on_both(connection, amount, text):
    row = await stored(connection, amount=Decimal(amount))
    assert row["amount"] == Decimal(amount)
    assert str(row["amount"]) == text


@pytest.mark.parametrize("amount", [0.1, 1, Decimal("NaN"), Decimal("Infinity"), Decimal("1e12"), Decimal("0.0000001")])
async def test_decimal_that_would_not_be_exact_is_refused(connection, amount):
    with pytest.raises((StatementError, TypeError, ValueError)):
        await stored(connection, amount=amount)


@RELAXED
@given(amount=AMOUNTS, plain=PLAIN)
async def test_any_decimal_and_any_json_survive(connection, amount, plain):
    row = await stored(connection, amount=amount, plain=plain)
    assert row["amount"] == amount
    assert row["plain"] == plain


async def test_instants_come_back_in_utc_and_sort(connection):
    swedish = timezone(timedelta(hours=1))
    instants = [
        datetime(2026, 11, 23, 9, 0, tzinfo=UTC),
        datetime(2026, 11, 23, 10, 0, 0, 1, tzinfo=swedish),
        datetime(2026, 11, 23, 9, 30, tzinfo=UTC),
    ]
    for instant in reversed(instants):
        row = await stored(connection, at=instant)
        assert row["at"] == instant
        assert row["at"].tzinfo is UTC
    found = (await connection.execute(select(SAMPLE.c.at).order_by(SAMPLE.c.at))).scalars().all()
    assert found == instants


async def test_instant_without_a_zone_is_refused(connection):
    with pytest.raises((StatementError, ValueError)):
        await stored(connection, at=datetime(2026, 1, 1))  # noqa: DTZ001 the point of the test


async def test_text_that_postgresql_refuses_is_stored_with_replacement_characters(connection):
    row = await stored(connection, words="a\x00b\ud800c\N{GRINNING FACE}")
    assert row["words"] == "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}c\N{GRINNING FACE}"
