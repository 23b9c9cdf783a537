import pytest
from hypothesis import given
from hypothesis import strategies as st

from fortnox_bridge.sync_settings.article_table import read_table, write_table
from fortnox_bridge.sync_settings.faults import InvalidSettings, SettingsFault
from fortnox_bridge.sync_settings.v2.products import TableRow


def rows(content: str | bytes) -> list[tuple[str, str]]:
    table = read_table(content.encode() if isinstance(content, str) else content)
    return [(row.value, row.article) for row in table.rows]


def faults(content: bytes) -> dict[str, str]:
    with pytest.raises(InvalidSettings) as caught:
        read_table(content)
    return {fault.place: fault.message for fault in caught.value.faults}


CELLS = st.text(min_size=1, max_size=30).map(str.strip).filter(lambda text: text and text.isprintable())


@given(st.dictionaries(CELLS.map(str.casefold), CELLS, max_size=20))
def test_what_goes_out_comes_in_again(table):
    wanted = [TableRow(value=value, article=article) for value, article in table.items()]

    assert list(read_table(write_table(wanted).encode()).rows) == wanted


@pytest.mark.parametrize(
    "content",
    [
        "value;article\na;1\nb;2\n",
        "value,article\r\na,1\r\nb,2\r\n",
        "\ufeffvalue;article\na;1\n\n;\nb;2",
        "Artikel;Värde\n1;a\n2;b\n",
        'article;value;\n1;"a";\n"2";b;\n',
    ],
)
def test_files_of_many_programs_are_read_alike(content):
    assert rows(content) == [("a", "1"), ("b", "2")]


@pytest.mark.parametrize("cell", ["=1+1", "+46701740605", "-5", "@SUM(A1)", "'=x", "''-x"])
def test_cell_that_a_spreadsheet_would_run_goes_out_harmless_and_comes_in_as_it_was(cell):
    text = write_table([TableRow(value=cell, article="1")])

    assert text.splitlines()[1].startswith("'")
    assert rows(text) == [(cell, "1")]


def test_apostrophe_of_a_name_stays():
    assert rows("value;article\n'n Sync;1") == [("'n Sync", "1")]


def test_every_fault_is_told_by_its_line_at_once():
    found = faults(b'value;article\na;1\n;2\nc;\nA;3\n"d\nd";4\ne;5;6\n')

    assert set(found) == {"line 3", "line 4", "line 5", "line 6", "line 8"}
    assert "line 2 already" in found["line 5"]


@pytest.mark.parametrize("content", [b"", b"\n", b"a;1\nb;2", b"value;price\na;1", b"value;article;price\na;1;2"])
def test_header_row_is_required(content):
    assert list(faults(content)) == ["line 1"]


def test_file_that_is_not_utf8_names_the_line():
    assert list(faults("value;article\nok;1\nsågblad;2".encode("latin-1"))) == ["line 3"]


def test_more_rows_than_a_table_has_are_refused():
    content = "value;article\n" + "".join(f"v{number};1\n" for number in range(5_001))

    assert "at most 5000" in faults(content.encode())["line 5002"]


def test_faults_of_the_document_are_told_by_the_files_lines():
    table = read_table(b"value;article\n\na;1\n\nb;2\n")
    placed = table.at_lines(
        (SettingsFault("setting_article_missing", "products.table.1.article"), SettingsFault("x", "vat.oss.1"))
    )

    assert [fault.place for fault in placed] == ["line 5", "vat.oss.1"]
