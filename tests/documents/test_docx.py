"""Of a Word file every text that its reader sees is read once, in order."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from paratheme.documents.document import Document
from paratheme.documents.docx import read_docx
from paratheme.documents.encodings import DocumentError
from paratheme.documents.readers import find
from tests.documents.examples import refusal, written
from tests.work import grows_with_its_length

SHARED = Path(__file__).parents[3] / "shared" / "cases"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
NAMES = (
    f'xmlns:w="{W}" xmlns:r="{R}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
)


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def p(*content: str, style: str = "", properties: str = "") -> str:
    style = f'<w:pStyle w:val="{style}"/>' if style else ""
    inner = "".join(part if part.startswith("<") else run(part) for part in content)
    return f"<w:p><w:pPr>{style}{properties}</w:pPr>{inner}</w:p>"


def cell(*paragraphs: str, properties: str = "") -> str:
    inner = "".join(part if part.startswith("<") else p(part) for part in paragraphs)
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inner}</w:tc>"


def row(*cells: str, properties: str = "") -> str:
    inner = "".join(part if part.startswith("<") else cell(part) for part in cells)
    return f"<w:tr><w:trPr>{properties}</w:trPr>{inner}</w:tr>"


def table(*rows: str) -> str:
    return f"<w:tbl><w:tblPr/>{''.join(rows)}</w:tbl>"


def word_file(folder: Path, body: str, namespace: str = W, core: str = "", **parts: str) -> Path:
    """A Word file of a body and of other parts, by what the document refers to them as."""
    path = folder / "a.docx"
    relations = "".join(
        f'<Relationship Id="r{kind}" Type="{R}/{kind.rstrip("0123456789")}" Target="{kind}.xml"/>' for kind in parts
    )
    top = "http://schemas.openxmlformats.org/package/2006/relationships"
    main = f'<Relationship Id="a" Type="{R}/officeDocument" Target="/word/document.xml"/>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("_rels/.rels", f'<Relationships xmlns="{top}">{main}</Relationships>')
        archive.writestr("word/_rels/document.xml.rels", f'<Relationships xmlns="{top}">{relations}</Relationships>')
        document = f"<w:document {NAMES}><w:body>{body}</w:body></w:document>".replace(W, namespace)
        archive.writestr("word/document.xml", document)
        for kind, inner in parts.items():
            tag = {"header": "hdr", "footer": "ftr"}.get(kind.rstrip("0123456789"), kind)
            archive.writestr(f"word/{kind}.xml", f"<w:{tag} {NAMES}>{inner}</w:{tag}>")
        if core:
            archive.writestr("docProps/core.xml", f"<c:core xmlns:c='c' xmlns:d='d'>{core}</c:core>")
    return path


def pieces(document: Document) -> list[tuple[str, str]]:
    assert document.pieces is not None
    return [(piece.kind, document.text[piece.start : piece.end]) for piece in document.pieces]


def lines(folder: Path, body: str, **parts: str) -> list[str]:
    return [text for _, text in pieces(read_docx(word_file(folder, body, **parts)))]


# Inside a paragraph


@pytest.mark.parametrize(
    ("inner", "text"),
    [
        (f"<w:ins>{run('new ')}</w:ins>", "new "),
        (f"<w:moveTo>{run('moved ')}</w:moveTo>", "moved "),
        ("<w:del><w:r><w:delText>old </w:delText></w:r></w:del>", ""),
        (f"<w:del>{run('old ')}</w:del>", ""),
        (f"<w:moveFrom>{run('moved ')}</w:moveFrom>", ""),
        (f"<w:ins><w:del>{run('both ')}</w:del></w:ins>", ""),
        (f"<w:sdt><w:sdtPr/><w:sdtContent>{run('control ')}</w:sdtContent></w:sdt>", "control "),
        (f"<w:smartTag><w:customXml>{run('tagged ')}</w:customXml></w:smartTag>", "tagged "),
        (f"<w:hyperlink>{run('link ')}</w:hyperlink>", "link "),
        (f"<w:fldSimple w:instr='DATE'>{run('today ')}</w:fldSimple>", "today "),
        (f"<w:dir><w:bdo>{run('turned ')}</w:bdo></w:dir>", "turned "),
        (run("hidden ", "<w:vanish/>"), ""),
        (run("shown ", '<w:vanish w:val="0"/>'), "shown "),
        ("<m:oMath><m:r><m:t>x=1 </m:t></m:r></m:oMath>", "x=1 "),
        ("<w:r><w:commentReference w:id='1'/></w:r>", ""),
        (
            "<w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText>IF</w:instrText></w:r>"
            f"{run('code ')}<w:r><w:fldChar w:fldCharType='separate'/></w:r>{run('result ')}"
            "<w:r><w:fldChar w:fldCharType='end'/></w:r>",
            "result ",
        ),
    ],
)
def test_what_a_paragraph_shows_is_read_wherever_it_stands(tmp_path: Path, inner: str, text: str) -> None:
    assert lines(tmp_path, p("Before ", inner, "after.")) == [f"Before {text}after."]


def test_a_paragraph_whose_end_was_deleted_runs_on_into_the_next(tmp_path: Path) -> None:
    first = p("The first ", properties="<w:rPr><w:del w:id='1'/></w:rPr>")
    assert lines(tmp_path, first + p("and the second.")) == ["The first and the second."]
    assert lines(tmp_path, first) == ["The first"]


def test_breaks_inside_a_paragraph_part_it_only_after_a_sentence_or_where_they_are_two(tmp_path: Path) -> None:
    long = "The committee of the eastern villages met twice in the month of May."
    br = "<w:r><w:br/></w:r>"
    assert lines(tmp_path, p("12 Well Street", br, "Kosti")) == ["12 Well Street\nKosti"]
    assert lines(tmp_path, p("One", br, br, "two", br, "three")) == ["One", "two\nthree"]
    assert lines(tmp_path, p(long, br, long)) == [long, long]


# Beside a paragraph


def test_a_text_box_is_read_once_though_the_file_keeps_two_copies(tmp_path: Path) -> None:
    box = f"<w:txbxContent>{p('In the box.')}</w:txbxContent>"
    fallback = f"<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback>"
    both = f"<mc:AlternateContent><mc:Choice>{box}</mc:Choice>{fallback}</mc:AlternateContent>"
    old = f"<mc:AlternateContent><mc:Choice/>{fallback}</mc:AlternateContent>"
    for copies in (both, old, f"<w:pict><v:shape><v:textbox>{box}</v:textbox></v:shape></w:pict>"):
        assert lines(tmp_path, p("Around ", f"<w:r>{copies}</w:r>", "it.")) == ["Around it.", "In the box."]


def test_notes_stand_once_after_the_paragraph_that_refers_to_them(tmp_path: Path) -> None:
    foot = (
        "<w:footnote w:type='separator' w:id='0'><w:p/></w:footnote><w:footnote w:id='2'>"
        + p("A note.")
        + "</w:footnote>"
    )
    end = f"<w:endnote w:id='2'>{p('The end.')}</w:endnote>"
    mark = "<w:r><w:footnoteReference w:id='2'/></w:r>"
    body = p("One", mark, "<w:r><w:endnoteReference w:id='2'/></w:r>", ".") + p("Two", mark, ".")
    assert lines(tmp_path, body, footnotes=foot, endnotes=end) == ["One.", "A note.", "The end.", "Two."]


def test_heads_and_feet_of_pages_are_boilerplate_once(tmp_path: Path) -> None:
    head, foot = p("Ministry of Water"), p("Page ", "3") + p("7")
    read = read_docx(word_file(tmp_path, p("Text."), header1=head, header2=head, footer1=foot))
    assert pieces(read) == [("boilerplate", "Ministry of Water"), ("", "Text."), ("boilerplate", "Page 3")]


# Kinds


STYLES = "".join(
    f'<w:style w:type="paragraph" w:styleId="{key}"><w:name w:val="{name}"/>{rest}</w:style>'
    for key, name, rest in [
        ("berschrift1", "heading 1", ""),
        ("Own", "Our chapters", '<w:basedOn w:val="berschrift1"/>'),
        ("Level", "Kapitel", '<w:pPr><w:outlineLvl w:val="1"/></w:pPr>'),
        ("Titre2", "Titre 2", ""),
        ("Body", "Body", '<w:pPr><w:outlineLvl w:val="9"/></w:pPr>'),
        ("Lgende", "caption", ""),
        ("Puces", "List Bullet", ""),
        ("Numbered", "Numbered", '<w:pPr><w:numPr><w:numId w:val="3"/></w:numPr></w:pPr>'),
        ("TM1", "toc 1", ""),
        ("Loop", "Loop", '<w:basedOn w:val="Loop"/>'),
    ]
)


@pytest.mark.parametrize(
    ("style", "kind"),
    [
        *[(style, "heading") for style in ("berschrift1", "Own", "Level", "Titre2")],
        *[
            ("Body", ""),
            ("Lgende", "caption"),
            ("Puces", "list_item"),
            ("Numbered", "list_item"),
            ("TM1", "boilerplate"),
        ],
        *[("Loop", ""), ("Missing", "")],
    ],
)
def test_kinds_come_from_styles_in_any_language(tmp_path: Path, style: str, kind: str) -> None:
    read = read_docx(word_file(tmp_path, p("Wells", style=style), styles=STYLES))
    assert pieces(read) == [(kind, "- Wells" if kind == "list_item" else "Wells")]


def test_numbering_makes_list_items_and_can_be_switched_off(tmp_path: Path) -> None:
    on, off = (f"<w:numPr><w:numId w:val='{number}'/></w:numPr>" for number in (1, 0))
    read = read_docx(word_file(tmp_path, p("A", properties=on) + p("B", style="Puces", properties=off), styles=STYLES))
    assert pieces(read) == [("list_item", "- A"), ("", "B")]


# Tables


def test_rows_of_a_table_name_their_columns(tmp_path: Path) -> None:
    head = row("State", "Sorghum", properties="<w:tblHeader/>")
    read = read_docx(word_file(tmp_path, table(head, row("Gezira", "600"), row("Sennar", ""))))
    assert pieces(read) == [("table_row", "State: Gezira; Sorghum: 600"), ("table_row", "State: Sennar")]


def test_merged_cells_are_read_once_and_columns_keep_their_heads(tmp_path: Path) -> None:
    merged = cell("Total", properties='<w:gridSpan w:val="2"/>')
    start, on = (f'<w:vMerge w:val="{value}"/>' for value in ("restart", "continue"))
    rows = table(
        *[row("State", "Year", "Wells", properties="<w:tblHeader/>"), row(merged, "9")],
        *[row(cell("Gezira", properties=start), "2023", "4"), row(cell("", properties=on), "2024", "5")],
    )
    assert lines(tmp_path, rows) == ["Total; Wells: 9", "State: Gezira; Year: 2023; Wells: 4", "Year: 2024; Wells: 5"]


def test_rows_and_cells_in_content_controls_are_read_and_deleted_rows_are_not(tmp_path: Path) -> None:
    control = "<w:sdt><w:sdtContent>{}</w:sdtContent></w:sdt>".format
    rows = table(row("a", "b"), control(row("c", control(cell("d")))), row("e", "f", properties="<w:del/>"))
    assert lines(tmp_path, rows) == ["a; b", "c; d"]


def test_a_table_in_a_cell_is_what_the_cell_says_where_the_outer_one_holds_data(tmp_path: Path) -> None:
    inner = table(row("open", "3"), row("dry", "19")) + p("in May")
    outer = table(row("Village", "Wells", properties="<w:tblHeader/>"), row("Hafir", cell(inner)), row("Tell", "1"))
    found = pieces(read_docx(word_file(tmp_path, outer + p("After."))))
    assert found[:-1] == [
        ("table_row", "Village: Hafir; Wells: open; 3 dry; 19 in May"),
        ("table_row", "Village: Tell; Wells: 1"),
    ]


def test_tables_beside_each_other_in_one_that_lays_out_the_page_keep_their_rows(tmp_path: Path) -> None:
    beside = [cell("Wells", table(row("open", "3"), row("dry", "19"))), cell("Trams", table(row("old", "4")))]
    found = lines(tmp_path, table(row(*beside), row(cell(table(row("new", "2"))), "")))
    assert found == ["Wells", "open; 3", "dry; 19", "Trams", "old; 4", "new; 2"]


def test_a_row_alone_is_of_a_table_if_it_holds_labels(tmp_path: Path) -> None:
    assert pieces(read_docx(word_file(tmp_path, table(row("Hafir", "3 wells"))))) == [("table_row", "Hafir; 3 wells")]
    assert lines(tmp_path, table(row("The well is dry.", "Trams"))) == ["The well is dry.", "Trams"]


def test_what_an_empty_content_control_asks_for_is_no_text(tmp_path: Path) -> None:
    control = "<w:sdt><w:sdtPr>{}</w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>"
    asks = "<w:showingPlcHdr/>"
    body = p(run("Village: "), control.format(asks, run("Choose one.")), control.format("", run("Hafir")))
    body += control.format(asks, p("Click here to enter text.")) + p("The wells are dry.")
    assert lines(tmp_path, body) == ["Village: Hafir", "The wells are dry."]


def test_tables_that_lay_out_a_page_are_read_as_paragraphs(tmp_path: Path) -> None:
    inner = table(row("Wells", "600"), row("Pumps", "20"))
    assert lines(tmp_path, table(row("One cell."))) == ["One cell."]
    assert lines(tmp_path, table(row(cell("A.", inner, "B."), "C."))) == ["A.", "Wells; 600", "Pumps; 20", "B.", "C."]
    assert lines(tmp_path, table(row(cell("A.", "B.", "C."), "D."), row("E.", "F."))) == [
        "A.",
        "B.",
        "C.",
        "D.",
        "E.",
        "F.",
    ]


# Title and date


@pytest.mark.parametrize(
    "title", ["Microsoft Word - Document1", "Document1", "untitled", "report_v2.docx", "C:\\a\\b", "Sans titre 1", "1"]
)
def test_a_title_that_a_program_wrote_is_none(tmp_path: Path, title: str) -> None:
    core = f"<d:title>{title}</d:title><d:created>2013-12-23T23:15:00Z</d:created>"
    read = read_docx(word_file(tmp_path, p("Text."), core=core))
    assert (read.title, read.date) == ("", "")


def test_title_and_date_are_those_of_the_properties_or_of_the_title_in_the_text(tmp_path: Path) -> None:
    core = "<d:title>Wells in May</d:title><d:created>2024-05-12T08:00:00Z</d:created>"
    read = read_docx(word_file(tmp_path, p("Text."), core=core))
    assert (read.title, read.date) == ("Wells in May", "2024-05-12")
    styles = '<w:style w:type="paragraph" w:styleId="T"><w:name w:val="Title"/></w:style>'
    assert read_docx(word_file(tmp_path, p("Wells", style="T"), core=core, styles=styles)).title == "Wells"


# What is refused, or passed over


def test_a_file_that_swells_when_unpacked_is_refused(tmp_path: Path) -> None:
    path = word_file(tmp_path, p("x" * 70_000_000))
    assert path.stat().st_size < 200_000
    assert "unpacks to" in refusal(path)


def test_entities_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "boom"}">' for n in range(9))
    for doctype in (levels, '<!ENTITY e8 SYSTEM "file:///etc/hostname">'):
        with zipfile.ZipFile(path, "w") as archive:
            body = f'<w:document xmlns:w="{W}"><w:body><w:p><w:r><w:t>&e8;</w:t></w:r></w:p></w:body></w:document>'
            archive.writestr("word/document.xml", f"<!DOCTYPE d [{doctype}]>{body}")
        assert "no Word file" in refusal(path)


@pytest.mark.parametrize("opening", ["<w:sdt>", "<w:tbl><w:tr><w:tc>", "<w:p><w:txbxContent>", "<w:p><w:smartTag>"])
@pytest.mark.parametrize("depth", [20, 50, 120, 10_000])
def test_deep_nesting_is_read_or_refused(tmp_path: Path, opening: str, depth: int) -> None:
    closing = "".join(f"</{tag}" for tag in reversed(opening.split("<")[1:]))
    path = word_file(tmp_path, opening * depth + p("Deep.") + closing * depth)
    try:
        text = read_docx(path).text
    except DocumentError:
        assert "no Word file" in refusal(path)
    else:
        assert text == "Deep."


def test_an_old_or_encrypted_file_is_refused_with_the_remedy(tmp_path: Path) -> None:
    assert "without a password" in refusal(
        written(tmp_path, "a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    )


def test_a_strict_file_is_read(tmp_path: Path) -> None:
    path = word_file(tmp_path, p("Text."), namespace="http://purl.oclc.org/ooxml/wordprocessingml/main")
    assert read_docx(path).text == "Text."


def test_lock_files_and_shadows_are_passed_over_in_folders(tmp_path: Path) -> None:
    for name in ("~$report.docx", "._report.docx", ".DS_Store", ".~lock.report.docx#"):
        written(tmp_path, name, b"x")
    word_file(tmp_path, p("Text."))
    assert [file.name for file in find([tmp_path])] == ["a.docx"]


def test_work_grows_with_the_file(tmp_path: Path) -> None:
    def read(count: int) -> None:
        made = word_file(tmp_path, p(*["A word "] * 2 * count) + p("Text.") * count)
        assert read_docx(made).text.count("Text.") == count

    assert grows_with_its_length(read, 500)


WORDS = st.lists(st.text("abc دهو", min_size=1).filter(str.strip), min_size=1, max_size=4)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)
@given(paragraphs=st.lists(WORDS, min_size=1, max_size=5))
def test_pieces_are_the_paragraphs_however_they_are_wrapped(tmp_path: Path, paragraphs: list[list[str]]) -> None:
    wraps = [
        "{}",
        "<w:ins>{}</w:ins>",
        "<w:hyperlink>{}</w:hyperlink>",
        "<w:sdt><w:sdtContent>{}</w:sdtContent></w:sdt>",
    ]
    body = "".join(p(*(wraps[n % 4].format(run(word)) for n, word in enumerate(words))) for words in paragraphs)
    read = read_docx(word_file(tmp_path, body))
    assert [text for _, text in pieces(read)] == ["".join(words).strip() for words in paragraphs]
    assert read.text == "\n".join(text for _, text in pieces(read))


@pytest.mark.skipif(not SHARED.exists(), reason="the cases are not here")
def test_reported_files_are_right() -> None:
    text = read_docx(SHARED / "06-docx-revisions" / "report.docx").text
    for part in ("bakeries are shut", "In Khartoum shells", "left Omdurman at", "Kabul, Afghanistan", "Key figure"):
        assert text.count(part) == 1
    assert "Nothing new" not in text
    assert [file.name for file in find([SHARED / "07-docx-lock" / "reports"])] == ["report.docx"]


def with_part(path: Path, key: str, kind: str, name: str, content: str) -> Path:
    """The file with one more part, which its document calls by a key."""
    with zipfile.ZipFile(path) as archive:
        held = {one: archive.read(one) for one in archive.namelist()}
    relation = f'<Relationship Id="{key}" Type="{R}/{kind}" Target="{name}"/></Relationships>'
    relations = "word/_rels/document.xml.rels"
    held[relations] = held[relations].replace(b"</Relationships>", relation.encode())
    held[f"word/{name}"] = content.encode()
    with zipfile.ZipFile(path, "w") as archive:
        for one, data in held.items():
            archive.writestr(one, data)
    return path


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [
        (
            "c.html",
            "<html><body><h1>Wells</h1><p>The well is closed.</p></body></html>",
            ["Wells", "The well is closed."],
        ),
        ("c.txt", "Wells\n\nThe well is closed.\n", ["Wells", "The well is closed."]),
        ("c.rtf", "{\\rtf1 Wells}", []),
        ("c.html", "", []),
    ],
)
def test_pages_and_texts_that_a_file_takes_in_are_read_or_told(
    tmp_path: Path, name: str, content: str, found: list[str]
) -> None:
    body = f'{p("Before.")}<w:altChunk r:id="c1"/>{p("After.")}'
    document = read_docx(with_part(word_file(tmp_path, body), "c1", "aFChunk", name, content))
    assert [text for _, text in pieces(document)] == ["Before.", *found, "After."]
    told = () if found else (f"word/{name} in it is not read; open the file in a word processor and save it",)
    assert document.repairs == told


def test_texts_of_a_diagram_stand_after_the_paragraph_that_holds_it(tmp_path: Path) -> None:
    drawn = '<w:r><w:drawing><d:relIds xmlns:d="d" r:dm="d1"/></w:drawing></w:r>'
    points = "".join(f"<d:pt><d:t><a:p><a:r><a:t>{text}</a:t></a:r></a:p></d:t></d:pt>" for text in ("Wells", "Rain"))
    diagram = f"<d:dataModel xmlns:d='d' xmlns:a='a'><d:ptLst>{points}</d:ptLst></d:dataModel>"
    path = with_part(word_file(tmp_path, p("See:", drawn) + p("After.")), "d1", "diagramData", "data1.xml", diagram)
    assert [text for _, text in pieces(read_docx(path))] == ["See:", "Wells", "Rain", "After."]


def test_what_a_style_hides_is_not_read(tmp_path: Path) -> None:
    hidden = "".join(
        f'<w:style w:type="{kind}" w:styleId="{key}"><w:name w:val="{key}"/><w:rPr><w:vanish/></w:rPr></w:style>'
        for kind, key in (("paragraph", "Note"), ("character", "Code"))
    )
    body = p("Shown, ", run("hidden, ", '<w:rStyle w:val="Code"/>'), "shown.") + p("Hidden.", style="Note")
    assert lines(tmp_path, body, styles=hidden) == ["Shown, shown."]


def test_a_paragraph_whose_end_was_deleted_stays_before_a_table(tmp_path: Path) -> None:
    body = p("Before.", properties="<w:rPr><w:del/></w:rPr>") + table(row("A", "B"), row("1", "2")) + p("After.")
    assert [lines(tmp_path, body)[at] for at in (0, -1)] == ["Before.", "After."]
