"""Separated values are read as spreadsheets and scripts write them, and what does not fit is refused by its row."""

from __future__ import annotations

import contextlib
import csv
import io
from typing import Any

import pytest

from paratheme.corpus.separated_values import ESCAPES, open_separated, read_separated
from paratheme.errors import ParathemeError
from tests.work import grows_with_its_length


def rows(text: str, separator: str = "") -> list[list[str]]:
    header, found = read_separated(text, "t.csv", separator)
    return [header, *found]


def refusal(text: str, separator: str = "") -> str:
    with pytest.raises(ParathemeError) as caught:
        read_separated(text, "t.csv", separator)
    return str(caught.value)


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_separators_and_line_ends_are_told_by_what_is_there(separator: str, end: str) -> None:
    text = end.join([f"id{separator}text", f'07{separator}"a, b; c"', f"8{separator}plain", ""])
    assert rows(text) == [["id", "text"], ["07", "a, b; c"], ["8", "plain"]]


@pytest.mark.parametrize("line", ["sep=;\n", "sep=;;\n", '"sep=;"\r\n', "SEP=;\n", "\ufeffsep=;\n"])
def test_a_first_line_may_say_the_separator(line: str) -> None:
    assert rows(f"{line}text;themes\na, b;rain\n") == [["text", "themes"], ["a, b", "rain"]]


def test_a_separator_that_only_a_name_holds_is_none() -> None:
    assert rows('"text, whole";themes\na;rain\n') == [["text, whole", "themes"], ["a", "rain"]]


def test_a_table_of_one_column_needs_no_quotes() -> None:
    assert rows('text\nRain, at last; they say\n"Open", she said\n') == [
        ["text"], ["Rain, at last; they say"], ['"Open", she said'],
    ]  # fmt: skip


def test_an_opening_quotation_mark_in_a_tsv_swallows_no_rows() -> None:
    text = 'id\ttext\n1\tRain.\n2\t"Nobody sows, he says.\n3\tA screen of 12"\n4\t"Late", she said.\n5\t"all ""in"""\n'
    assert [row[1] for row in rows(text, "\t")] == [
        "text", "Rain.", '"Nobody sows, he says.', 'A screen of 12"', '"Late", she said.', 'all "in"',
    ]  # fmt: skip


def test_an_opening_quotation_mark_in_a_csv_swallows_no_rows() -> None:
    text = 'id,text\n1,"Nobody sows\n2,"He said ""no"", then left"\n3,"Late" she said\n'
    assert [row[1] for row in rows(text)] == ["text", '"Nobody sows', 'He said "no", then left', '"Late" she said']


def test_a_stray_quotation_mark_beside_a_cell_of_several_lines() -> None:
    text = 'id,text\n1,"one\ntwo, three"\n2,"Late" she said\n3,"four\n\nfive"\n'
    assert [row[1] for row in rows(text)] == ["text", "one\ntwo, three", '"Late" she said', "four\n\nfive"]


def test_a_quotation_mark_that_another_row_closes_swallows_no_rows() -> None:
    text = 'id,text\n1,Rain\n2,"The well is dry\n3,Trams run again\n4,the village says no"\n5,Wind\n'
    assert [row[1] for row in rows(text)] == [
        "text", "Rain", '"The well is dry', "Trams run again", 'the village says no"', "Wind",
    ]  # fmt: skip
    assert [row[1] for row in rows(f'{text}6,"one\n\ntwo, three"\n')][2:] == [
        '"The well is dry', "Trams run again", 'the village says no"', "Wind", "one\n\ntwo, three",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "cell", ["the well:\na,b\nc,d", "dry, says\nthe village, at last", "one\ntwo, three", "trams\n\n3,4", "1,2\n3,4"]
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_cell_of_several_lines_may_hold_separators(cell: str, end: str) -> None:
    text = end.join(["id,text", f'1,"{cell}"', "2,Rain", ""])
    assert rows(text) == [["id", "text"], ["1", cell], ["2", "Rain"]]


def test_a_cell_of_several_lines_in_a_tsv() -> None:
    assert rows('id\ttext\n1\t"one\ntwo"\n', "\t") == [["id", "text"], ["1", "one\ntwo"]]
    assert rows('id\ttext\n1\t"Wells:\na\tb\nc\td"\n2\tRain\n', "\t")[1:] == [
        ["1", "Wells:\na\tb\nc\td"],
        ["2", "Rain"],
    ]


def test_cells_of_several_lines_in_a_tsv_of_one_column() -> None:
    assert rows('text\n"The well\n\nis dry"\n"Trams\trun"\n"a ""b"""\n', "\t") == [
        ["text"], ["The well\n\nis dry"], ["Trams\trun"], ['a "b"'],
    ]  # fmt: skip
    assert rows('text\n"The well is dry\n"Rain", she said\n', "\t")[1:] == [['"The well is dry'], ['"Rain", she said']]


def test_a_quotation_mark_that_another_row_of_a_tsv_closes_swallows_no_rows() -> None:
    assert rows('theme\ttext\na\t"The well is dry\nb\tA pipe of 12"\n', "\t")[1:] == [
        ["a", '"The well is dry'], ["b", 'A pipe of 12"'],
    ]  # fmt: skip


@pytest.mark.parametrize(
    "options",
    [
        {"escapechar": "\\", "doublequote": False},
        {"escapechar": "\\", "quoting": csv.QUOTE_NONE, "quotechar": None},
        {"quoting": csv.QUOTE_ALL},
        {"quoting": csv.QUOTE_NONNUMERIC},
    ],
)
def test_what_scripts_escape_is_read_as_it_was(options: Any) -> None:
    given = [["id", "text"], ["1", 'He said "no, never", then left'], ["2", "C:\\dir, and more"], ["3", "plain"]]
    file = io.StringIO()
    csv.writer(file, **options).writerows(given)
    assert rows(file.getvalue()) == given


def test_numbers_of_rows_that_the_header_does_not_name_are_a_column() -> None:
    assert rows('"id","text"\n"1",7,"The well, dry"\n"2",8,"Rain"\n') == [
        ["Unnamed: 0", "id", "text"], ["1", "7", "The well, dry"], ["2", "8", "Rain"],
    ]  # fmt: skip
    assert rows('"text"\n"1","The well, dry"\n"2","Rain"\n') == [
        ["Unnamed: 0", "text"], ["1", "The well, dry"], ["2", "Rain"],
    ]  # fmt: skip
    assert rows('text\n"1","a"\n"3","b"\n') == [["text"], ['"1","a"'], ['"3","b"']]


@pytest.mark.parametrize("last", ["", "rain"])
def test_an_empty_last_cell_behind_the_names_of_rows_is_a_cell(last: str) -> None:
    assert rows(f'"text","themes"\n"1","The well, dry",""\n"2","Rain","{last}"\n') == [
        ["Unnamed: 0", "text", "themes"], ["1", "The well, dry", ""], ["2", "Rain", last],
    ]  # fmt: skip


@pytest.mark.parametrize("names", [("3", "7"), ("north", "south")])
def test_rows_may_have_names_of_any_kind(names: tuple[str, str]) -> None:
    first, second = names
    assert rows(f'"text","themes"\n"{first}","The well, dry","rain"\n"{second}","A tram",""\n')[1:] == [
        [first, "The well, dry", "rain"], [second, "A tram", ""],
    ]  # fmt: skip


def test_numbers_of_rows_before_a_tab_need_no_quotation_marks() -> None:
    assert rows("text\tthemes\n1\tThe well is dry\t\n2\tRain\train\n", "\t") == [
        ["Unnamed: 0", "text", "themes"], ["1", "The well is dry", ""], ["2", "Rain", "rain"],
    ]  # fmt: skip


def test_a_separator_at_the_end_of_each_line_makes_no_names_of_rows() -> None:
    assert rows('"id","text"\n"1","The well",\n"2","Rain",\n') == [["id", "text"], ["1", "The well"], ["2", "Rain"]]
    assert rows("id\ttext\n1\tRain\t\n", "\t") == [["id", "text"], ["1", "Rain"]]


def test_texts_are_no_names_of_rows() -> None:
    text = '"text","themes"\n"The well is dry again","rain","water"\n'
    assert "name that column in the header (in R: row.names=FALSE)" in refusal(text)


def test_a_backslash_and_a_capital_n_alone_in_a_cell_are_nothing() -> None:
    assert rows('id,text\n1,\\N\n\\N,"a \\"well\\", dry"\n') == [["id", "text"], ["1", ""], ["", 'a "well", dry']]
    assert rows("id\ttext\n1\t\\N\n2\tC:\\New, \\N\n", "\t") == [["id", "text"], ["1", ""], ["2", "C:\\New, \\N"]]


def test_line_breaks_and_tabs_as_postgresql_escapes_them() -> None:
    assert rows('n\ttext\n1\tThe "well\\nis\\tdry\\\\n\n2\t\\N\n', "\t") == [
        ["n", "text"], ["1", 'The "well\nis\tdry\\n'], ["2", ""],
    ]  # fmt: skip
    assert rows("n\ttext\n1\tC:\\new\n2\tx\n", "\t")[1] == ["1", "C:\\new"]
    assert rows("n\ttext\n1\tC:\\new\\dir\n2\t\\N\n", "\t")[1] == ["1", "C:\\new\\dir"]


def test_a_table_with_cells_in_quotation_marks_is_not_of_postgresql() -> None:
    assert rows('text\tthemes\n"He said ""no"" twice"\tgaza\nplain\t\\N\n', "\t")[1:] == [
        ['He said "no" twice', "gaza"], ["plain", ""],
    ]  # fmt: skip
    text = '"text"\t"themes"\nC:\\new\\table\tgaza\nplain\t\\N\n'
    assert rows(text, "\t")[1:] == [["C:\\new\\table", "gaza"], ["plain", ""]]


@pytest.mark.parametrize(("text", "is_told"), [("see C:\\new\\table", True), ("C:\\dir\\new", False), ("plain", False)])
def test_escapes_that_are_read_as_postgresql_writes_them_are_told(text: str, is_told: bool) -> None:
    table = f"text\tthemes\n{text}\tgaza\nplain\t\\N\n"
    _, _, told = open_separated(lambda: io.StringIO(table, newline=""), "t.tsv", "\t")
    assert told == ((ESCAPES,) if is_told else ())


def test_a_backslash_is_a_sign_like_others_where_nothing_is_escaped() -> None:
    assert rows("id,text\n1,C:\\new\n2,a\\b\n") == [["id", "text"], ["1", "C:\\new"], ["2", "a\\b"]]


def test_blanks_after_separators_and_apostrophes_as_quotation_marks() -> None:
    assert rows('id, text\n1, "a, b"\n') == [["id", "text"], ["1", "a, b"]]
    assert rows("'id','text'\n'1','a, b'\n") == [["id", "text"], ["1", "a, b"]]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id,text\n1,a\n2,b, c\n", "t.csv, row 2 (line 3): 3 cells where the header has 2; put a text that holds ','"),
        ("id,text\n1,a, x\n2,b, c\n", "t.csv, row 1 (line 2): 3 cells where the header has 2"),
        ("id,text,n\n\n1,a,1\n2\n", "t.csv, row 2 (line 4): 1 cells where the header has 3; complete it"),
        ("sep=,\nid,text\n1,a, b\n", "t.csv, row 1 (line 3): 3 cells"),
        (
            "Export of May;;\ntext;n;\na;1;\n",
            "t.csv, row 1 (line 2): 3 cells where the header has 1; if a title stands",
        ),
        ("text,id,text\na,1,b\n", "t.csv: two columns are called 'text'; rename one"),
        ("\n \n", "t.csv: is empty"),
    ],
)
def test_what_does_not_fit_is_refused_by_its_row(text: str, said: str) -> None:
    assert refusal(text).startswith(said)


def test_empty_cells_at_the_ends_of_rows_are_none() -> None:
    assert rows("id,text,,\n1,a,,\n2,b\n\n3,c,,,\n") == [["id", "text"], ["1", "a"], ["2", "b"], ["3", "c"]]
    assert rows(",text\n0,a\n") == [["Unnamed: 0", "text"], ["0", "a"]]


def test_a_very_long_cell_is_read() -> None:
    assert len(rows(f"id,text\n1,{'x' * 300_000}\n")[1][1]) == 300_000


@pytest.mark.parametrize("row", ['1,"a\n', '1,"a""b\n', "1,a\n", '1,"a"\n', '1,""a\n', "1,a,b\n"])
@pytest.mark.parametrize("separator", ["", "\t"])
def test_a_table_is_work_in_proportion_to_its_length(row: str, separator: str) -> None:
    def read(count: int) -> None:
        with contextlib.suppress(ParathemeError):
            read_separated(("id,text\n" + row * count).replace(",", separator or ","), "t", separator)

    assert grows_with_its_length(read, 1_000)
