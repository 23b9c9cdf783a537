"""Records that a source account's own tokens could read, and buttons that were pressed on their cards."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement

from fortnox_bridge.domain.ids import RunId, SourceAccountId
from fortnox_bridge.storage.scoped import ScopedConnection
from fortnox_bridge.storage.tables import card_press, card_record

_REMEMBERED: Final = timedelta(days=2)
_ABANDONED: Final = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class CardRecord:
    """A record that is there. `stated_number` is the customer number in its own field."""

    name: str
    url: str | None
    stated_number: str | None
    seen_at: datetime


class CardRecordRepository:
    def __init__(self, scoped: ScopedConnection) -> None:
        self._db = scoped

    async def get(self, account_id: SourceAccountId, kind: str, external_id: str) -> CardRecord | None:
        row = await self._db.first(self._db.select(card_record).where(*_own(account_id, kind, external_id)))
        if row is None:
            return None
        return CardRecord(row["name"], row["url"], row["stated_number"], row["seen_at"])

    async def keep(self, account_id: SourceAccountId, kind: str, external_id: str, record: CardRecord) -> None:
        key = {"source_account_id": account_id, "object_kind": kind, "external_id": external_id}
        changing = {
            "name": record.name,
            "url": record.url,
            "stated_number": record.stated_number,
            "seen_at": record.seen_at,
        }
        await self._db.execute(
            self._db.upsert(card_record, {**key, **changing}).on_conflict_do_update(
                index_elements=[card_record.c[name] for name in key], set_=changing
            )
        )

    async def forget(self, account_id: SourceAccountId, kind: str, external_id: str) -> None:
        await self._db.execute(self._db.delete(card_record).where(*_own(account_id, kind, external_id)))


class CardPressRepository:
    """Each press once: `claim` is won by one caller, until it gives up without having made a run."""

    def __init__(self, scoped: ScopedConnection) -> None:
        self._db = scoped

    async def claim(self, account_id: SourceAccountId, click_id: str, now: datetime) -> bool:
        """Whether the caller is to do what was pressed."""
        stale = card_press.c.pressed_at < now - _REMEMBERED
        await self._db.execute(self._db.delete(card_press).where(card_press.c.source_account_id == account_id, stale))
        row = {"source_account_id": account_id, "click_id": click_id, "pressed_at": now}
        claimed = await self._db.first(
            self._db.upsert(card_press, row)
            .on_conflict_do_update(
                index_elements=[card_press.c.source_account_id, card_press.c.click_id],
                set_={"pressed_at": now},
                where=card_press.c.run_id.is_(None) & (card_press.c.pressed_at < now - _ABANDONED),
            )
            .returning(card_press.c.click_id)
        )
        return claimed is not None

    async def done(self, account_id: SourceAccountId, click_id: str, run_id: RunId) -> None:
        await self._db.execute(
            self._db.update(card_press)
            .where(card_press.c.source_account_id == account_id, card_press.c.click_id == click_id)
            .values(run_id=run_id)
        )

    async def release(self, account_id: SourceAccountId, click_id: str) -> None:
        """What was pressed could not be done: the same press may be tried again."""
        await self._db.execute(
            self._db.delete(card_press).where(
                card_press.c.source_account_id == account_id,
                card_press.c.click_id == click_id,
                card_press.c.run_id.is_(None),
            )
        )

    async def run_of(self, account_id: SourceAccountId, click_id: str) -> RunId | None:
        row = await self._db.first(
            self._db.select(card_press).where(
                card_press.c.source_account_id == account_id, card_press.c.click_id == click_id
            )
        )
        return None if row is None else row["run_id"]


def _own(account_id: SourceAccountId, kind: str, external_id: str) -> tuple[ColumnElement[bool], ...]:
    return (
        card_record.c.source_account_id == account_id,
        card_record.c.object_kind == kind,
        card_record.c.external_id == external_id,
    )
