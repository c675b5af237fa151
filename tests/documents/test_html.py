"""Web pages are read with their headline, and nothing of the page's furniture is taken for the article."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paratheme.documents.document import Document
from paratheme.documents.html import flattened, read_html
from tests.documents.examples import BIR, MATAR, PLUIE, PUITS, RAIN, WELL, written

SHARED = Path(__file__).parents[3] / "shared" / "cases"
TOWN = (
    "In the town itself the pumps run again since Monday, for three hours in the morning, and the queue at the old "
    "tanker, which had reached the school in March, is gone; only the hospital still buys its water from the lorries."
)
TEXTS = [RAIN, WELL, TOWN, PLUIE, PUITS]
ARTICLE = "".join(f"<p>{text}</p>" for text in TEXTS)


def page(folder: Path, body: str, head: str = "") -> Document:
    source = f'<html><head><meta charset="utf-8">{head}</head><body>{body}</body></html>'
    return read_html(written(folder, "a.html", source))


def pieces(document: Document) -> list[tuple[str, str]]:
    assert document.pieces is not None
    return [(piece.kind, document.text[piece.start : piece.end]) for piece in document.pieces]


def texts(document: Document, kind: str) -> list[str]:
    return [text for its, text in pieces(document) if its == kind]


@pytest.mark.parametrize(
    "body",
    [
        "<header><h1>Wells reopen</h1></header><main><article>{}</article></main>",
        "<div class='top'><h1>Wells <br>reopen</h1><p>12 May</p></div><div class='body'>{}</div>",
        "<form id='page'><div><h1>Wells reopen</h1></div><div>{}</div></form>",
        "<table><tr><td><h1>Wells reopen</h1></td></tr><tr><td>{}</td></tr></table>",
        "<div class='has-sidebar'><div class='nav'><a href='/'>Home</a></div><h1>Wells reopen</h1>{}</div>",
    ],
)
def test_the_headline_is_a_heading_wherever_it_stands(tmp_path: Path, body: str) -> None:
    read = page(tmp_path, body.format(ARTICLE))
    assert pieces(read)[0] == ("heading", "Wells reopen")
    assert texts(read, "paragraph") == TEXTS
    assert "Home" not in read.text


def test_a_heading_that_is_most_like_the_title_is_the_headline(tmp_path: Path) -> None:
    body = f"<h1>The Daily Post</h1><div><h2>Wells reopen in the east</h2></div><article>{ARTICLE}</article>"
    read = page(tmp_path, body, "<title>Wells reopen in the east | The Daily Post</title>")
    assert texts(read, "heading") == [read.title] == ["Wells reopen in the east"]


def test_rows_of_a_table_name_their_columns(tmp_path: Path) -> None:
    table = (
        "<table><caption>Prices by state</caption><thead><tr><th>State</th><th>Sorghum</th></tr></thead>"
        "<tr><td>Gezira</td><td>600</td></tr><tr><td colspan=2>All prices in pounds</td></tr>"
        "<tr><td rowspan=2>Sennar</td><td>700</td></tr><tr><td>710</td></tr></table>"
    )
    read = page(tmp_path, f"<article><p>{RAIN}</p><p>{WELL}</p>{table}{ARTICLE}</article>")
    assert texts(read, "table_row") == [
        *("State: Gezira; Sorghum: 600", "All prices in pounds", "State: Sennar; Sorghum: 700", "Sorghum: 710"),
    ]
    assert texts(read, "caption") == ["Prices by state"]
    assert "|" not in read.text


def test_a_table_that_lays_out_the_page_is_read_as_its_paragraphs_and_lists(tmp_path: Path) -> None:
    items = f"<ul><li>{WELL}</li><li><span>Next visit in June.</span></li></ul>"
    table = f"<table><tr><td>North</td><td>{items}</td></tr><tr><td>South</td><td>{items}</td></tr></table>"
    read = page(tmp_path, f"<h1>By state</h1><p>{RAIN}</p>{table}{ARTICLE}")
    assert texts(read, "list_item") == [f"- {WELL}", "- Next visit in June."] * 2
    assert texts(read, "table_row") == []


@pytest.mark.parametrize(
    "furniture",
    [
        "<nav><ul><li><a href='/x'>{}</a></li></ul></nav>",
        "<div id='comments'><p>{}</p></div>",
        "<section class='post-comments'><p>{}</p></section>",
        "<div class='relatedStories'><p>{}</p></div>",
        "<div class='share-bar'>{}</div>",
        "<div class='cookie-notice'><p>{}</p></div>",
        "<aside><p>{}</p></aside>",
        "<div style='display: none'><p>{}</p></div>",
    ],
)
@pytest.mark.parametrize("before", [True, False])
def test_furniture_is_never_taken_for_the_article(tmp_path: Path, furniture: str, before: bool) -> None:
    extra = furniture.format(MATAR)
    body = (
        f"{extra}<article><h1>Wells</h1>{ARTICLE}</article>"
        if before
        else f"<article><h1>Wells</h1>{ARTICLE}{extra}</article>"
    )
    read = page(tmp_path, body)
    assert all(kind == "boilerplate" for kind, text in pieces(read) if MATAR in text)
    assert texts(read, "paragraph") == TEXTS


def test_captions_and_texts_for_pictures_are_captions_once(tmp_path: Path) -> None:
    alone = "Two women fill canisters at a pump beside the road"
    said = "A man repairs the well of the eastern village by lamplight"
    pictures = (
        f"<figure><img src=a.jpg alt='{said}'><figcaption>{said}. Photo: A. B.</figcaption></figure>"
        f"<p>{WELL}</p><p><img src=b.jpg alt='{alone}'></p><img src=c.png alt='logo'>"
    )
    read = page(tmp_path, f"<article><h1>Wells</h1><p>{RAIN}</p>{pictures}{ARTICLE}</article>")
    assert texts(read, "caption") == [f"{said}. Photo: A. B.", alone]


def test_line_breaks_part_paragraphs_unless_they_only_wrap_them(tmp_path: Path) -> None:
    wrapped = (
        "The rains came two weeks late this year, and the farmers\n"
        "of the eastern districts sowed sorghum twice before it\n"
        "took root in the dry ground of the plain and the hills."
    )
    read = page(tmp_path, f"<div>{RAIN}<br><br>{WELL}<br>{PLUIE}</div><pre>{wrapped}</pre>")
    assert [text for _, text in pieces(read)] == [RAIN, WELL, PLUIE, wrapped.replace("\n", " ")]


def test_entities_are_letters_and_scripts_are_not_read(tmp_path: Path) -> None:
    body = "<p>L&rsquo;arm&eacute;e &#1571;</p><script>no()</script><template><p>no</p></template><!-- no -->"
    assert page(tmp_path, body).text == "L’armée أ"


def test_title_and_date_are_those_that_the_page_states(tmp_path: Path) -> None:
    head = '<meta property="og:title" content="Wells reopen">'
    head += '<meta property="article:published_time" content="2024-05-12T08:00:00Z">'
    read = page(tmp_path, f"<article><h1>Wells reopen</h1>{ARTICLE}</article>", head)
    assert (read.title, read.date) == ("Wells reopen", "2024-05-12")


def test_offsets_are_those_of_the_text(tmp_path: Path) -> None:
    read = page(tmp_path, f"<article><h1>بئر</h1><p>{MATAR}</p><ul><li>{BIR}</li></ul>{ARTICLE}</article>")
    assert "\n".join(text for _, text in pieces(read)) == read.text


@pytest.mark.parametrize("opening", ["<div>", "<span>", "<table><tr><td>", "<ul><li>", "<b>", "<blockquote><font>"])
def test_deep_nesting_loses_nothing(tmp_path: Path, opening: str) -> None:
    read = page(tmp_path, f"<h1>Wells</h1>{opening * 10_000}<p>{RAIN}</p><p>{WELL}</p>")
    assert RAIN in read.text
    assert WELL in read.text


@pytest.mark.parametrize("rest", ["<!-- " * 20_000, "<a " * 20_000, "<script>" * 20_000, "<" * 100_000])
def test_broken_markup_loses_nothing_before_it(tmp_path: Path, rest: str) -> None:
    assert RAIN in page(tmp_path, f"<p>{RAIN}</p>{rest}").text


def test_cells_may_claim_any_number_of_rows_and_columns(tmp_path: Path) -> None:
    rows = "<tr><td rowspan=99999 colspan=99999>Gezira</td><td>600</td></tr>" * 300
    assert page(tmp_path, f"{ARTICLE}<table>{rows}</table>{ARTICLE}").text.count("Gezira") == 300


@given(
    st.lists(st.sampled_from(["<div>", "</div>", "<p>", "<script>", "</script>", "<!--", "-->", "x ", "<td>", "</b>"]))
)
def test_a_page_that_is_not_deep_is_left_as_it_is(parts: list[str]) -> None:
    source = "".join(parts[:70])
    assert flattened(source) == source


@pytest.mark.skipif(not SHARED.exists(), reason="the cases are not here")
def test_reported_pages_are_right() -> None:
    read = read_html(SHARED / "10-html-form" / "h1.html")
    assert pieces(read)[0] == ("heading", "Bread riots in Kabul leave three dead")
    read = read_html(SHARED / "11-html-table-list" / "table.html")
    assert "|" not in read.text
    assert len(texts(read, "list_item")) == 9
    assert texts(read, "heading") == ["Situation by state", "Needs"]


@pytest.mark.parametrize(
    "names",
    [
        "elementor-widget elementor-widget-text-editor",
        "paywall",
        "content-widget",
        "article-text ads-enabled",
        "ad-free",
    ],
)
def test_classes_that_articles_have_too_make_no_furniture(tmp_path: Path, names: str) -> None:
    body = "<h1>Wells reopen</h1>" + "".join(
        f'<div class="{names}"><p>{text}</p></div>' for text in (RAIN, WELL, PLUIE)
    )
    read = texts(page(tmp_path, f"<main>{body}</main>"), "paragraph")
    assert [text for text in (RAIN, WELL, PLUIE) if text not in read] == []


@pytest.mark.parametrize("names", ["widget widget_recent_entries", "widget-area", "ads", "ad-slot"])
def test_classes_of_what_stands_beside_articles_make_furniture(tmp_path: Path, names: str) -> None:
    body = f'<h1>Wells reopen</h1><p>{RAIN}</p><p>{WELL}</p><div class="{names}"><p>{PUITS}</p></div><p>{PLUIE}</p>'
    assert PUITS not in texts(page(tmp_path, f"<main>{body}</main>"), "paragraph")
