"""The text of a PDF, its lines joined to paragraphs again."""

from __future__ import annotations

import io
import unicodedata
from pathlib import Path

import pytest

from paratheme.documents.document import Document
from paratheme.documents.readers import read
from tests.documents.examples import refusal, written
from tests.documents.pdf_makers import PROGRAMS, by_chromium, drawn_by_reportlab, pdf_of, wrapped

SHARED = Path(__file__).parents[3] / "shared" / "cases"

FIRST = [
    "Les pluies sont venues en retard cette saison dans",
    "tout le nord du pays, ont dit les éleveurs inter-",
    "rogés lundi.",
]
SECOND = ["Le prix du mil a doublé en un mois sur le marché de", "Dosso, où les sacs manquent."]


def test_lines_of_a_pdf_are_joined_to_paragraphs(tmp_path: Path) -> None:
    lines = [(50.0, 800.0 - 12 * at, text) for at, text in enumerate([*FIRST, *SECOND, "- Mil", "- Sorgho"])]
    assert read(written(tmp_path, "a.pdf", pdf_of(lines))).text.split("\n") == [
        (
            "Les pluies sont venues en retard cette saison dans tout le nord du pays, ont dit les "
            "éleveurs interrogés lundi."
        ),
        "Le prix du mil a doublé en un mois sur le marché de Dosso, où les sacs manquent.",
        *("- Mil", "- Sorgho"),
    ]


def kinds_of(document: Document) -> list[tuple[str, str, int | None]]:
    assert document.pieces is not None
    return [(document.text[piece.start : piece.end], piece.kind, piece.page) for piece in document.pieces]


def body_of(document: Document) -> list[str]:
    return [text for text, kind, _ in kinds_of(document) if kind != "boilerplate"]


def test_a_paragraph_of_a_pdf_goes_on_over_the_page_and_page_numbers_are_told_apart(tmp_path: Path) -> None:
    pages = [
        [(50.0, 800.0, FIRST[0]), (280.0, 40.0, "1")],
        [(50.0, 800.0, FIRST[1]), (50.0, 788.0, FIRST[2]), (280.0, 40.0, "2")],
    ]
    found = kinds_of(read(written(tmp_path, "a.pdf", pdf_of(*pages))))
    assert [(kind, page) for _, kind, page in found] == [("", 1), ("boilerplate", 1), ("boilerplate", 2)]


ARABIC = [
    "وصلت القافلة الأولى (خمس شاحنات) إلى المدينة في 12 مارس 2024، بعد أن انتظرت في Kabul نحو 3 أسابيع بنسبة 45% من "
    "الأهالي، وقال برنامج World Food Programme (WFP) إن الطحين لا يكفي الناس هناك.",
    "وفي السوق قال الباعة: «لا خبز لدينا»، وأضافوا أن الأسعار ارتفعت إلى 1,500 دينار خلال 2023-2024 [حسب اللجنة].",
    "مَرَّتِ السَّنَةُ الطويلة ولم يتغيَّر شيءٌ في القرية.",
]
HEBREW = ["השיירה הראשונה הגיעה (חמש משאיות) לעיר ב-12 במרץ 2024, אמר דובר UNICEF לעיתונאים."]


@pytest.mark.parametrize("program", PROGRAMS)
def test_right_to_left_text_comes_as_it_is_read_whatever_program_made_the_file(tmp_path: Path, program: str) -> None:
    PROGRAMS[program](tmp_path / "a.pdf", [*ARABIC, *HEBREW])
    expected = [*ARABIC, *HEBREW]
    if program == "ReportLab":  # the reshaper leaves the vowel signs out
        expected[2] = "مرت السنة الطويلة ولم يتغير شيء في القرية."
    found = body_of(read(tmp_path / "a.pdf"))
    assert [unicodedata.normalize("NFC", text) for text in found] == [
        unicodedata.normalize("NFC", text) for text in expected
    ]


LEFT = [
    "The wells of the valley dried up in early spring",
    "and the herders led their goats to the river in",
    "the south, where the grass was still green and a",
    "camp of tents had been set up for the summer.",
]
RIGHT = [
    "A new library opened in the old town last week,",
    "with a hall for readings and a garden behind it",
    "that the pupils of the school next door planted",
    "themselves over two years with their teachers.",
]

TOLD = [
    "The bakers of the harbour town have raised the price of bread for the third time this year, to week",
    "Pupils of the upper school took turns to read the names of the streets that the river flooded in the year",
    "Nobody in the village had seen the ferry since Sunday, when it left the pier with the mail and the doctor of ward",
    "The orchestra rehearsed in the railway station, whose hall is warm, and let whoever waited sit beside row",
]


def in_columns(
    left: list[str], right: list[str], top: float = 700.0, shift: float = 0.0
) -> list[tuple[float, float, str]]:
    return [(40.0, top - 12 * at, text) for at, text in enumerate(left)] + [
        (320.0, top - shift - 12 * at, text) for at, text in enumerate(right)
    ]


@pytest.mark.parametrize("shift", [0.0, 5.0])
def test_columns_are_read_one_after_the_other(tmp_path: Path, shift: float) -> None:
    lines = in_columns(LEFT, RIGHT, shift=shift)
    head = (40.0, 730.0, "Water and books: what this week brought to the valley and the old town by")
    foot = (40.0, 600.0, "All of this was written by the readers of the paper, who send in their news.")
    found = read(written(tmp_path, "a.pdf", pdf_of([head, *lines, foot], size=9))).text.split("\n")
    assert found == [head[2], " ".join(LEFT), " ".join(RIGHT), foot[2]]


@pytest.mark.parametrize("lengths", [(5, 4, 1), (5, 2, 4), (1, 5, 2), (4, 5, 1, 2)])
def test_columns_that_end_at_different_heights_are_read_one_after_the_other(
    tmp_path: Path, lengths: tuple[int, ...]
) -> None:
    told = [" ".join(f"{text} {at}." for at in range(length)) for length, text in zip(lengths, TOLD, strict=False)]
    lines = [
        (40.0 + 185 * column, 700.0 - 8 * at, line)
        for column, text in enumerate(told)
        for at, line in enumerate(wrapped([text], 46)[0])
    ]
    found = read(written(tmp_path, "a.pdf", pdf_of(lines, size=6, box=(800, 842)))).text.split("\n")
    assert found == told


def test_columns_of_arabic_are_read_from_the_right(tmp_path: Path) -> None:
    bidi = pytest.importorskip("bidi.algorithm")
    first = [
        "جفت آبار الوادي في بداية الربيع وقاد الرعاة",
        "ماعزهم إلى النهر في الجنوب حيث كان العشب",
        "لا يزال أخضر وأقيم مخيم للصيف هناك.",
    ]
    second = [
        "افتتحت مكتبة جديدة في المدينة القديمة قبل",
        "أسبوع وفيها قاعة للقراءة وحديقة خلفها قد",
        "زرعها تلاميذ المدرسة المجاورة مع معلميهم.",
    ]
    lines = [
        (-right, 700.0 - 14 * at, bidi.get_display(line, base_dir="R"))
        for right, column in ((550.0, first), (270.0, second))
        for at, line in enumerate(column)
    ]
    drawn_by_reportlab(tmp_path / "a.pdf", lines)
    assert read(tmp_path / "a.pdf").text.split("\n") == [" ".join(first), " ".join(second)]


def test_columns_in_two_languages_whose_lines_end_unevenly_are_read_one_after_the_other(tmp_path: Path) -> None:
    bidi = pytest.importorskip("bidi.algorithm")
    english = wrapped([" ".join([*LEFT, *RIGHT])], 44)[0]
    arabic = wrapped([f"{ARABIC[0]} {ARABIC[0]}"], 46)[0]
    lines = [(50.0, 780.0 - 13 * at, line) for at, line in enumerate(english)]
    lines += [(-545.0, 780.0 - 13 * at, bidi.get_display(line, base_dir="R")) for at, line in enumerate(arabic)]
    drawn_by_reportlab(tmp_path / "a.pdf", lines, size=9)
    assert sorted(read(tmp_path / "a.pdf").text.split("\n")) == sorted([" ".join(english), " ".join(arabic)])


def test_titles_below_each_other_are_no_paragraph(tmp_path: Path) -> None:
    titles = [
        "Wells reopen in the valley",
        "Ferry to the islands stops",
        "Markets: oil slips again",
        "Rain in the east",
    ]
    lines = [(50.0, 700.0 - 14 * at, text) for at, text in enumerate(titles)]
    assert read(written(tmp_path, "a.pdf", pdf_of(lines))).text.split("\n") == titles


def test_rows_of_a_narrow_table_without_rules_are_told_from_letters_set_apart(tmp_path: Path) -> None:
    rows = [("North Darfur", "1,200", "800"), ("Kordofan", "400", "300"), ("Kassala", "90", "20")]
    cells = [(x, 700.0 - 12 * at, cell) for at, row in enumerate(rows) for x, cell in zip((50, 134, 182), row)]
    assert read(written(tmp_path, "a.pdf", pdf_of(cells))).text.split("\n") == [" | ".join(row) for row in rows]
    spaced = [(50.0, 700.0 - 12 * at, "T h e   w e l l   i s   d r y") for at in range(3)]
    assert "|" not in read(written(tmp_path, "b.pdf", pdf_of(spaced))).text


def test_rows_of_a_table_are_read_whole(tmp_path: Path) -> None:
    rows = [("District", "Families", "Tents"), ("North", "120", "14"), ("South", "75", "9"), ("East", "310", "41")]
    lines = [
        (40.0 + 150 * at, 700.0 - 15 * row, cell) for row, cells in enumerate(rows) for at, cell in enumerate(cells)
    ]
    found = kinds_of(read(written(tmp_path, "a.pdf", pdf_of(lines))))
    assert [(text, kind) for text, kind, _ in found] == [(" | ".join(row), "table_row") for row in rows]


def test_letters_that_are_printed_twice_are_read_once(tmp_path: Path) -> None:
    line = "All the bells will call us well"
    drawn = [(50.0, 700.0, line), (50.4, 700.0, line), (50.4, 700.3, line)]
    assert read(written(tmp_path, "a.pdf", pdf_of(drawn))).text == line


def test_a_wide_page_does_not_cut_the_lines_of_the_others(tmp_path: Path) -> None:
    pypdf = pytest.importorskip("pypdf")
    narrow = [(50.0, 800.0 - 12 * at, text) for at, text in enumerate([*LEFT, "", *RIGHT]) if text]
    wide = [
        (
            50.0,
            500.0,
            "The list of districts is printed across this page, whose lines are so much longer than the rest.",
        )
    ]
    writer = pypdf.PdfWriter()
    last = [(x, y, text) for (x, y, _), text in zip(narrow, [*RIGHT, *LEFT], strict=True)]
    for data in (pdf_of(narrow), pdf_of(wide, box=(842, 595)), pdf_of(last)):
        writer.append(io.BytesIO(data))
    writer.write(tmp_path / "a.pdf")
    found = kinds_of(read(tmp_path / "a.pdf"))
    assert [text for text, _, _ in found] == [
        " ".join(LEFT),
        " ".join(RIGHT),
        wide[0][2],
        " ".join(RIGHT),
        " ".join(LEFT),
    ]
    assert [page for _, _, page in found] == [1, 1, 2, 3, 3]


def test_a_page_that_lies_on_its_side_is_read_upright(tmp_path: Path) -> None:
    pypdf = pytest.importorskip("pypdf")
    reader = pypdf.PdfReader(io.BytesIO(pdf_of([(50.0, 800.0 - 12 * at, text) for at, text in enumerate(LEFT)])))
    for degrees in (90, 180, 270):
        writer = pypdf.PdfWriter()
        writer.add_page(reader.pages[0]).rotate(degrees)
        writer.write(tmp_path / f"{degrees}.pdf")
        assert read(tmp_path / f"{degrees}.pdf").text == " ".join(LEFT)


NOTES = ["1 As told to the committee in May.", "2 The tents were lent by the town."]


def test_running_heads_and_footnotes_stand_apart_from_the_paragraph_they_interrupt(tmp_path: Path) -> None:
    canvas = pytest.importorskip("reportlab.pdfgen.canvas")
    page = canvas.Canvas(str(tmp_path / "a.pdf"))
    for number, lines in enumerate((LEFT[:2], LEFT[2:]), 1):
        page.setFont("Helvetica", 8)
        page.drawString(60, 810, f"Yearly report, page {number}")
        page.drawString(60, 60, NOTES[number - 1])
        page.setFont("Helvetica", 11)
        for at, line in enumerate(lines):
            page.drawString(60, 700 - 14 * at, line)
        page.showPage()
    page.save()
    assert kinds_of(read(tmp_path / "a.pdf")) == [
        ("Yearly report, page 1", "boilerplate", 1),
        (" ".join(LEFT), "", 1),
        (NOTES[0], "", 1),
        ("Yearly report, page 2", "boilerplate", 2),
        (NOTES[1], "", 2),
    ]


def test_the_running_heads_of_two_facing_pages_are_told_by_their_numbers(tmp_path: Path) -> None:
    heads = ["", "2 The river this year", "Yearly report 3"]
    texts = [LEFT, RIGHT, wrapped([f"{TOLD[0]} 50."], 60)[0]]
    pages = [
        [(50.0, 800.0, head)] * bool(head) + [(50.0, 760.0 - 12 * at, line) for at, line in enumerate(lines)]
        for head, lines in zip(heads, texts, strict=True)
    ]
    found = kinds_of(read(written(tmp_path, "a.pdf", pdf_of(*pages))))
    assert [text for text, kind, _ in found if kind == "boilerplate"] == heads[1:]
    assert [text for text, kind, _ in found if not kind] == [" ".join(lines) for lines in texts]


@pytest.mark.parametrize("heads", [["2 Methods", "3 Results"], ["2 Methods", "Results of 2023"]])
def test_titles_with_numbers_that_do_not_run_with_the_pages_are_no_running_heads(
    tmp_path: Path, heads: list[str]
) -> None:
    pages = [
        [(50.0, 800.0, head), *((50.0, 760.0 - 12 * at, line) for at, line in enumerate(LEFT))] for head in ["", *heads]
    ]
    assert set(heads) < set(read(written(tmp_path, "a.pdf", pdf_of(*pages))).text.split("\n"))


def test_larger_and_bold_lines_above_text_are_headings(tmp_path: Path) -> None:
    canvas = pytest.importorskip("reportlab.pdfgen.canvas")
    page = canvas.Canvas(str(tmp_path / "a.pdf"))
    for height, font, size, text in (
        (750, "Helvetica", 18, "Water is scarce."),
        (720, "Helvetica-Bold", 10, "In the valley"),
        *((706 - 12 * at, "Helvetica", 10, line) for at, line in enumerate(LEFT)),
    ):
        page.setFont(font, size)
        page.drawString(60, height, text)
    page.save()
    found = kinds_of(read(tmp_path / "a.pdf"))
    assert [kind for _, kind, _ in found] == ["heading", "heading", ""]


def picture_page(canvas: object) -> None:
    from PIL import Image
    from reportlab.lib.utils import ImageReader

    canvas.drawImage(ImageReader(Image.new("RGB", (60, 80), "grey")), 0, 0, 595, 842)  # type: ignore[attr-defined]


def test_scanned_pages_among_others_are_named_and_alone_are_refused(tmp_path: Path) -> None:
    module = pytest.importorskip("reportlab.pdfgen.canvas")
    for name, with_text in (("mixed.pdf", True), ("scanned.pdf", False)):
        page = module.Canvas(str(tmp_path / name))
        for number in (1, 2, 3):
            if number != 2 and with_text:
                for at, line in enumerate(LEFT):
                    page.drawString(60, 700 - 14 * at, line)
            else:
                picture_page(page)
                page.drawString(280, 20, str(number))
            page.showPage()
        page.save()
    mixed = read(tmp_path / "mixed.pdf")
    assert body_of(mixed) == [" ".join(LEFT)] * 2
    assert any("page 2 " in repair for repair in mixed.repairs)
    assert "OCR" in refusal(tmp_path / "scanned.pdf")


@pytest.mark.parametrize(("outlines", "told"), [(False, False), (True, True)])
def test_a_page_of_outlines_is_named_and_one_of_dotted_leaders_is_read(
    tmp_path: Path, outlines: bool, told: bool
) -> None:
    page = pytest.importorskip("reportlab.pdfgen.canvas").Canvas(str(tmp_path / "a.pdf"))
    for number in (1, 2):
        for at, line in enumerate(LEFT if number == 1 else ["Contents", "Water", "Books"]):
            page.drawString(60, 700 - 14 * at, line)
        for at in range(600 if number == 2 else 0):
            width = 3 + at % 4 if outlines else 0.7
            page.rect(100 + 3 * (at % 100), 650 - 14 * (at // 100), width, 0.7, stroke=0, fill=1)
        page.showPage()
    page.save()
    found = read(tmp_path / "a.pdf")
    assert any("page 2 holds only a picture" in repair for repair in found.repairs) is told
    assert "Books" in found.text


def test_letters_that_the_file_does_not_tell_are_refused_with_advice_to_recognise_them(tmp_path: Path) -> None:
    pypdf = pytest.importorskip("pypdf")
    PROGRAMS["fpdf2"](tmp_path / "a.pdf", LEFT)
    writer = pypdf.PdfWriter(clone_from=tmp_path / "a.pdf")
    for font in writer.pages[0]["/Resources"]["/Font"].values():
        del font.get_object()["/ToUnicode"]
    writer.write(tmp_path / "a.pdf")
    assert "OCR" in refusal(tmp_path / "a.pdf")


def test_an_encrypted_pdf_is_refused(tmp_path: Path) -> None:
    pypdf = pytest.importorskip("pypdf")
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf_of([(50.0, 800.0, "Secret")])))
    writer.encrypt("word", algorithm="RC4-128")
    writer.write(tmp_path / "a.pdf")
    assert "encrypted" in refusal(tmp_path / "a.pdf")


@pytest.mark.parametrize("data", [b"not a PDF at all", b"%PDF-1.4\n%%EOF", pdf_of([(50.0, 800.0, "Cut")])[:200]])
def test_a_damaged_pdf_is_refused(tmp_path: Path, data: bytes) -> None:
    refusal(written(tmp_path, "a.pdf", data))


def test_a_pdf_without_text_is_refused_with_advice_to_recognise_it(tmp_path: Path) -> None:
    assert "OCR" in refusal(written(tmp_path, "a.pdf", pdf_of([])))


@pytest.mark.skipif(not SHARED.exists(), reason="the cases are not here")
def test_the_known_cases_are_right() -> None:
    arabic = read(SHARED / "01-pdf-arabic-shaped" / "shaped.pdf").text.split("\n")
    assert [line.split()[0] for line in arabic] == ["قالت", "وفي"]
    columns = read(SHARED / "02-pdf-two-columns" / "columns.pdf").text.split("\n")
    assert ["Lyon" in line or "festival" in line for line in columns] == [False, False, True, True]
    assert "OCR" in refusal(SHARED / "03-pdf-cid" / "cid.pdf")
    mixed = read(SHARED / "05-pdf-mixed-pages" / "mixed.pdf")
    assert [page for _, _, page in kinds_of(mixed)] == [1, 1, 2]


MISSION = [
    "The mission left the northern provinces last week, and its office has stood closed since",
    "12 May, all say.",
]


@pytest.mark.parametrize("align", ["right", "left"])
def test_a_latin_paragraph_that_an_arabic_page_sets_from_the_right_reads_as_it_should(
    tmp_path: Path, align: str
) -> None:
    lines = " ".join(f'<span style="white-space: nowrap">{line}</span>' for line in MISSION)
    by_chromium(tmp_path / "a.pdf", [ARABIC[0], f'<span style="display:block; text-align:{align}">{lines}</span>'])
    assert body_of(read(tmp_path / "a.pdf")) == [ARABIC[0], " ".join(MISSION)]


def test_bullets_between_two_columns_stay_with_their_items(tmp_path: Path) -> None:
    items = [f"{ARABIC[2]} {ARABIC[1]}", ARABIC[0]]
    listed = "".join(f"<li>{item}</li>" for item in items)
    beside = f'{ARABIC[0]} {ARABIC[1]}<ul style="break-before: column">{listed}</ul>'
    by_chromium(tmp_path / "a.pdf", [f'<div style="columns: 2">{beside}</div>'])
    assert body_of(read(tmp_path / "a.pdf"))[-2:] == [f"• {item}" for item in items]


def test_a_raised_number_as_a_browser_sets_it_stays_in_its_line(tmp_path: Path) -> None:
    text = f"{' '.join(MISSION)} The office did not answer.<sup>1</sup> {' '.join(MISSION)}"
    by_chromium(tmp_path / "a.pdf", [f'<span dir="ltr" style="display:block">{text}</span>'])
    assert body_of(read(tmp_path / "a.pdf")) == [text.replace("<sup>1</sup>", "¹")]
