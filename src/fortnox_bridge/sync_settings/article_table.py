"""The article table as CSV, out and in again (F40).

Spreadsheets are what people edit it with: they write a byte order mark, choose `;` or `,` by the country, and run cells
that begin like a formula. Such cells go out behind an apostrophe, and lose it when they come in.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from pydantic import ValidationError

from fortnox_bridge.sync_settings.faults import InvalidSettings, SettingsFault
from fortnox_bridge.sync_settings.v2.products import TableRow

MOST_ROWS: Final = 5_000
_COLUMNS: Final = ("value", "article")
_IN_SWEDISH: Final = {"värde": "value", "artikel": "article"}
_FORMULA = re.compile(r"'*[=+\-@\t\r]")


@dataclass(frozen=True, slots=True)
class ArticleTable:
    """Rows as read, and on which line of the file each stood."""

    rows: tuple[TableRow, ...]
    lines: tuple[int, ...]

    def at_lines(self, faults: Iterable[SettingsFault]) -> tuple[SettingsFault, ...]:
        """The faults of a settings document with this table, those of its rows by their lines."""
        return tuple(
            SettingsFault(fault.code, self._line(fault.place) or fault.place, fault.params) for fault in faults
        )

    def _line(self, place: str) -> str | None:
        found = re.match(r"products\.table\.(\d+)\b", place)
        return _line(self.lines[int(found[1])]) if found else None


def write_table(rows: Iterable[TableRow]) -> str:
    """The table as a spreadsheet opens it: with byte order mark, header and semicolons."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    writer.writerows([_harmless(row.value), _harmless(row.article)] for row in rows)
    return out.getvalue()


def read_table(content: bytes) -> ArticleTable:
    """The rows of a file that people edited.

    Raises:
        InvalidSettings: every fault at once, each with its line.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise InvalidSettings((SettingsFault("table_not_utf8", _line(line)),)) from error
    head = text.partition("\n")[0]
    delimiter = ";" if ";" in head else ","
    records = _records(text, delimiter)
    first = next(records, (1, []))
    places = _columns(first[1])
    if places is None:
        raise InvalidSettings((SettingsFault("table_header_missing", _line(first[0])),))
    return _rows(records, places, width=len(first[1]))


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Each record that is not blank with the line it begins on."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    begins = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise InvalidSettings((_malformed(begins, str(error)),)) from error
        if any(cell.strip() for cell in cells):
            yield begins, cells
        begins = reader.line_num + 1


def _columns(header: list[str]) -> tuple[int, int] | None:
    names = [cell.strip().casefold() for cell in header]
    names = [_IN_SWEDISH.get(name, name) for name in names]
    if sorted(name for name in names if name) != sorted(_COLUMNS):
        return None
    return names.index("value"), names.index("article")


def _rows(records: Iterator[tuple[int, list[str]]], places: tuple[int, int], *, width: int) -> ArticleTable:
    rows: list[TableRow] = []
    lines: list[int] = []
    faults: list[SettingsFault] = []
    seen: dict[str, int] = {}
    for line, cells in records:
        if len(cells) > width and any(cell.strip() for cell in cells[width:]):
            faults.append(_malformed(line, "more cells than the header has"))
            continue
        value, article = (_restored(cells[at]) if at < len(cells) else "" for at in places)
        try:
            row = TableRow(value=value, article=article)
        except ValidationError as error:
            columns = ", ".join(f"{fault['loc'][0]}: {fault['msg']}" for fault in error.errors(include_url=False))
            faults.append(_malformed(line, columns))
            continue
        earlier = seen.setdefault(row.value.casefold(), line)
        if earlier != line:
            faults.append(_malformed(line, f"{row.value} is on line {earlier} already"))
            continue
        rows.append(row)
        lines.append(line)
    if len(rows) > MOST_ROWS:
        faults.append(_malformed(lines[MOST_ROWS], f"a table has at most {MOST_ROWS} rows"))
    if faults:
        raise InvalidSettings(tuple(faults))
    return ArticleTable(tuple(rows), tuple(lines))


def _malformed(line: int, problem: str) -> SettingsFault:
    return SettingsFault("setting_malformed", _line(line), {"problem": problem})


def _line(number: int) -> str:
    return f"line {number}"


def _harmless(cell: str) -> str:
    return f"'{cell}" if _FORMULA.match(cell) else cell


def _restored(cell: str) -> str:
    text = cell.strip()
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text
