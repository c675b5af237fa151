"""Names of rows that the header does not name are told from a cell too many."""

from __future__ import annotations

import contextlib
import io

import pytest

from paratheme.corpus.row_names import GUESSED
from paratheme.corpus.separated_values import open_separated
from paratheme.errors import ParathemeError
from tests.work import grows_with_its_length


def opened(text: str, separator: str = "") -> tuple[list[list[str]], tuple[str, ...]]:
    header, rows, told = open_separated(lambda: io.StringIO(text, newline=""), "t.csv", separator)
    return [header, *rows()], told


@pytest.mark.parametrize(
    ("text", "separator"),
    [
        ("id\ttext\tthemes\n1\tA long text in Gaza\tgaza\tsudan\n2\tAnother text\tgaza\tsudan\n", "\t"),
        ("Nr.\tbody\tthemes\n1\tA long text in Gaza\tgaza\tsudan\n2\tAnother text\tgaza\tsudan\n", "\t"),
        ("document\ttext\tthemes\n1\tA long text in Gaza\tgaza\tsudan\n2\tAnother text\tgaza\tsudan\n", "\t"),
        ('"id","text","themes"\n"a1","A long text about bread in Gaza",gaza,sudan\n"b2","Too dry",gaza,sudan\n', ""),
        ('"id","text","themes"\n"1","A long text about bread","gaza","sudan"\n"2","Too dry","gaza","sudan"\n', ""),
        ('"text","themes"\n"Hi","there is no bread in town",gaza\n"Hm","there is no well",gaza\n', ""),
        ('id,text,themes\n"1","A long text, in Gaza","gaza","sudan"\n"2","Another text","gaza","sudan"\n', ""),
    ],
)
def test_a_cell_too_many_is_no_name_of_a_row(text: str, separator: str) -> None:
    with pytest.raises(ParathemeError, match=r"row 1 \(line 2\): \d cells where the header has \d; put a text that"):
        opened(text, separator)


def test_numbers_of_rows_before_a_tab_are_told() -> None:
    rows, told = opened("text\tthemes\n1\tThe well is dry\train\n2\tRain\train\n", "\t")
    assert rows[1:] == [["1", "The well is dry", "rain"], ["2", "Rain", "rain"]]
    assert told == (GUESSED,)


def test_numbers_of_rows_beside_a_column_of_numbers_are_told() -> None:
    assert opened('"id","text"\n"1",7,"The well, dry"\n"2",8,"Rain"\n')[1] == (GUESSED,)
    assert opened('"story","text"\n"1",7,"The well, dry"\n"2",8,"Rain"\n')[1] == ()


@pytest.mark.parametrize(
    "cell", ["NA", "TRUE", "FALSE", "", "-7", "1.5e-07", "Inf", "2024-05-01", "2024-05-01 10:30:00"]
)
def test_what_r_writes_without_quotation_marks_is_no_text(cell: str) -> None:
    rows, _ = opened(f'"text","x","themes"\n"1","The ""well"", dry",{cell},"rain"\n"2","A\n\ntram",{cell},NA\n')
    assert rows[1:] == [["1", 'The "well", dry', cell, "rain"], ["2", "A\n\ntram", cell, "NA"]]


def test_decimal_commas_are_numbers_between_semicolons() -> None:
    rows, _ = opened('"text";"x"\n"1";"The well; dry";-1,5\n"2";"A tram";1,5e-07\n')
    assert rows[1:] == [["1", "The well; dry", "-1,5"], ["2", "A tram", "1,5e-07"]]


def test_quotation_marks_that_r_escapes_are_read() -> None:
    rows, _ = opened('"text","themes"\n"1","The \\"well, dry\\"","rain"\n"2","A tram","rain"\n')
    assert rows[1:] == [["1", 'The "well, dry"', "rain"], ["2", "A tram", "rain"]]


@pytest.mark.parametrize("row", ['"1","a",1 1 1\n', '"1","a",\n', '"1","a"\n', '"1",1,,,\n'])
def test_names_of_rows_are_work_in_proportion_to_the_table(row: str) -> None:
    def read(count: int) -> None:
        with contextlib.suppress(ParathemeError):
            opened('"text","n"\n' + row * count)

    assert grows_with_its_length(read, 1_000)
