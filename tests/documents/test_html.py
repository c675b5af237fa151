"""Web pages are read with their headline, and nothing of the page's furniture is taken for the article."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from paratheme.documents.document import Document
from paratheme.documents.encodings import DocumentError
from paratheme.documents.html import read_html, says_again
from paratheme.documents.html_blocks import Block
from tests.documents.examples import BIR, MATAR, PLUIE, PUITS, RAIN, WELL, written

SHARED = Path(__file__).parents[3] / "shared" / "cases"
TOWN = (
    "In the town itself the pumps run again since Monday, for three hours in the morning, and the queue at the old "
    "tanker, which had reached the school in March, is gone; only the hospital still buys its water from the lorries."
)
TRAM = "The new line along the river opens on Saturday, with music and free rides for every child, the mayor said."
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


def test_a_table_in_a_cell_of_a_table_with_heads_is_what_the_cell_says(tmp_path: Path) -> None:
    inner = "<table><tr><td>open</td><td>3</td></tr><tr><td>dry</td><td>19</td></tr></table>"
    rows = f"<tr><th>Village</th><th>Wells</th></tr><tr><td>Hafir</td><td>{inner}</td></tr><tr><td>Tell</td><td>1</td>"
    read = page(tmp_path, f"<h1>By village</h1><p>{RAIN}</p><table>{rows}</tr></table>{ARTICLE}")
    assert texts(read, "table_row") == ["Village: Hafir; Wells: open 3 dry 19", "Village: Tell; Wells: 1"]


def test_a_row_alone_is_of_a_table_if_it_holds_labels_and_no_menu(tmp_path: Path) -> None:
    labels, menu = "<td>Hafir</td><td>3 wells</td>", "<td><a href='/'>Trams</a></td><td><a href='/w'>Wells</a></td>"
    body = "<p>{}</p><table><tr>{}</tr></table>{}"
    read = page(tmp_path, "<h1>By village</h1>" + body.format(RAIN, labels, ARTICLE))
    assert texts(read, "table_row") == ["Hafir; 3 wells"]
    assert texts(page(tmp_path, body.format(RAIN, menu, ARTICLE)), "table_row") == []
    headline = f"<td>The Daily Post</td><td><h1>Wells reopen</h1></td></tr><tr><td>{ARTICLE}</td>"
    assert texts(page(tmp_path, f"<table><tr>{headline}</tr></table>"), "table_row") == []


def test_what_explains_a_word_and_what_is_typed_are_no_headings(tmp_path: Path) -> None:
    terms = "<dl><dt>Jerrycan</dt><dd>Canister for 20 litres</dd></dl>"
    other = "<pre>Line one\nof the tram</pre><address>Ministry of Water, Hafir</address>"
    read = page(tmp_path, f"<article><h1>Words</h1><p>{RAIN}</p>{terms}{other}{ARTICLE}</article>")
    assert "heading" not in [kind for kind, text in pieces(read) if text not in ("Words", "Jerrycan")]
    assert ("list_item", "Canister for 20 litres") in pieces(read)


def test_the_titles_of_a_plain_text_on_a_page_are_left_to_be_found(tmp_path: Path) -> None:
    read = page(tmp_path, f"<pre>Wells reopen\n\n{RAIN}\n\nThe town\n\n{TOWN}\n\n{WELL}</pre>")
    assert ("", "The town") in pieces(read)


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


# What a page has elsewhere


@pytest.mark.parametrize("depth", [10, 120])
def test_headings_are_kept_however_deep_they_stand(tmp_path: Path, depth: int) -> None:
    body = "<div>" * depth + f"<h1>Wells reopen</h1><p>{RAIN}</p><h2>In the town</h2>{ARTICLE}" + "</div>" * depth
    assert texts(page(tmp_path, body), "heading") == ["Wells reopen", "In the town"]


def test_headings_and_points_above_the_first_paragraph_are_of_the_article(tmp_path: Path) -> None:
    points = "<h2>Highlights</h2><ul><li>Eleven wells of forty give water.</li><li>The pump came in March.</li></ul>"
    body = f"<header><h1>Wells reopen</h1></header><div>{points}<h2>Overview</h2>{ARTICLE}</div>"
    read = page(tmp_path, body)
    assert texts(read, "heading") == ["Wells reopen", "Highlights", "Overview"]
    assert texts(read, "list_item") == ["- Eleven wells of forty give water.", "- The pump came in March."]


def test_the_first_part_of_a_page_without_a_headline_keeps_its_title(tmp_path: Path) -> None:
    parts = [f"<h2>{title}</h2>{ARTICLE}" for title in ("Wells reopen", "A new school")]
    body = "<table role='presentation'>" + "".join(f"<tr><td>{part}</td></tr>" for part in parts) + "</table>"
    assert texts(page(tmp_path, body), "heading") == ["Wells reopen", "A new school"]


@pytest.mark.parametrize("name", ["blockquote", "figure class='pullquote'><blockquote"])
def test_quotations_set_apart_stay_in_their_place(tmp_path: Path, name: str) -> None:
    end = "</blockquote></figure>" if "figure" in name else "</blockquote>"
    body = f"<article><h1>Wells</h1>{ARTICLE}<{name}><p>“We had no water left.”</p>{end}{ARTICLE}</article>"
    assert texts(page(tmp_path, body), "paragraph") == [*TEXTS, "“We had no water left.”", *TEXTS]


def test_a_box_of_facts_is_of_the_article_and_other_boxes_are_not(tmp_path: Path) -> None:
    box = "<aside class='{}'><h3>{}</h3><ul><li>{}</li></ul></aside>"
    facts = box.format("factBox", "Timeline", "April: the pump of the school fails")
    more = box.format("most-read", "Most read", "The tram line opens on Saturday in the old town")
    read = page(tmp_path, f"<article><h1>Wells</h1>{ARTICLE}{facts}{more}{ARTICLE}</article>")
    assert "- April: the pump of the school fails" in texts(read, "list_item")
    assert not [text for kind, text in pieces(read) if kind != "boilerplate" and ("tram" in text or "Most" in text)]


def test_all_articles_of_a_page_are_read_but_those_it_announces(tmp_path: Path) -> None:
    second = f"<article><h2>A new school</h2><p>{TOWN}</p><p>{WELL}</p></article>"
    teaser = f"<article><h2>A tram</h2><p>{TRAM}</p></article>"
    read = page(tmp_path, f"<article><h1>Wells</h1>{ARTICLE}</article>{second}{teaser}")
    assert texts(read, "heading") == ["Wells", "A new school"]
    assert texts(read, "paragraph") == [*TEXTS, TOWN, WELL]


def test_elements_of_a_page_of_its_own_hold_paragraphs(tmp_path: Path) -> None:
    own = "".join(f"<story-text>{text} <own-link>See the map.</own-link></story-text>" for text in (RAIN, WELL, TOWN))
    read = page(tmp_path, f"<app-root><story-page><h1>Wells</h1>{own}</story-page></app-root>")
    assert texts(read, "paragraph") == [f"{text} See the map." for text in (RAIN, WELL, TOWN)]


def test_the_article_of_a_page_for_programs_is_read(tmp_path: Path) -> None:
    body = f"<nav><a href='/'>Home</a></nav><noscript><article><h1>Wells</h1>{ARTICLE}</article></noscript>"
    assert texts(page(tmp_path, body), "paragraph") == TEXTS
    article = {"@type": "NewsArticle", "headline": "Wells", "articleBody": f"{RAIN}\n\n{WELL}"}
    data = json.dumps({"@graph": [article]})
    read = page(tmp_path, "<div id='app'></div>", f'<script type="application/ld+json">{data}</script>')
    assert read.title == "Wells"
    assert pieces(read) == [("heading", "Wells"), ("", RAIN), ("", WELL)]


def test_a_page_that_programs_fill_is_refused_with_a_remedy(tmp_path: Path) -> None:
    asked = "We are sorry, but this page does not work without JavaScript. Please enable it to continue reading."
    for noscript in ("", f"<noscript><strong>{asked}</strong></noscript>"):
        with pytest.raises(DocumentError, match=r"a\.html: has no text, its programs load it; save the page again"):
            page(tmp_path, f"<div id='app'></div>{noscript}<script src='app.js'></script>")


@pytest.mark.parametrize("sign", ["\u00ad", "\u200c", "\u200b", "\u2060"])
def test_signs_that_are_not_seen_lose_no_paragraph(tmp_path: Path, sign: str) -> None:
    marked = [text.replace("e", f"e{sign}") for text in TEXTS]
    read = page(tmp_path, f"<div><h1>Wells reopen</h1>{''.join(f'<p>{text}</p>' for text in marked)}</div>")
    assert texts(read, "paragraph") == marked
    some = [*TEXTS[:3], *marked[3:]]
    apart = "".join(f"<div><div>{text}</div></div>" for text in some)
    assert [text for text in some if text not in page(tmp_path, f"<h1>Wells reopen</h1>{apart}").text] == []


@pytest.mark.parametrize(
    ("end", "last"),
    [
        ("<ul><li>Two pumps for the school</li><li>Six tanks</li></ul>", "- Six tanks"),
        (
            "<table><tr><th>Town</th><th>Wells</th></tr><tr><td>Kosti</td><td>7</td></tr></table>",
            "Town: Kosti; Wells: 7",
        ),
    ],
)
def test_the_end_of_a_list_or_a_table_at_the_end_is_kept(tmp_path: Path, end: str, last: str) -> None:
    read = page(tmp_path, f"<div><h1>Wells reopen</h1>{ARTICLE}{end}</div><footer>About us</footer>")
    assert pieces(read)[-1][1] == last


def test_what_stands_among_the_paragraphs_is_kept_whatever_holds_it(tmp_path: Path) -> None:
    callout = "Seven pumps of the eastern wells cost as much as one new lorry."
    body = f"<article><h1>Wells reopen</h1><p>{RAIN}</p><div><div>!</div><div>{callout}</div></div>{ARTICLE}</article>"
    assert callout in page(tmp_path, body).text


def test_messages_of_a_channel_are_kept_to_the_last(tmp_path: Path) -> None:
    said = [*TEXTS, "Seven lorries came to the school at noon"]
    named = '<div class="who"><a href="/c">The Well</a></div>'
    body = "".join(f'<div class="m">{named}<div class="m_text">{text}</div></div>' for text in said)
    assert page(tmp_path, f"<main>{body}</main>").text.endswith(said[-1])


def test_a_lead_marked_as_a_heading_is_a_paragraph(tmp_path: Path) -> None:
    lead = "Seven towns of the east have water again after a year in which only the tanker of the school came by."
    read = page(tmp_path, f"<header><h1>Wells reopen</h1><h2>{lead}</h2></header><div>{ARTICLE}</div>")
    assert pieces(read)[:2] == [("heading", "Wells reopen"), ("paragraph", lead)]


def test_what_says_the_page_s_title_without_markup_is_the_headline(tmp_path: Path) -> None:
    body = f"<div class='t'>Wells reopen in the east</div><div>{ARTICLE}</div>"
    assert page(tmp_path, body, "<title>Wells reopen in the east</title>").text.startswith("Wells reopen in the east")


def test_what_is_only_read_out_is_not_on_the_page(tmp_path: Path) -> None:
    body = f"<article><h1>Wells reopen</h1><p><span class='sr-only'>Image 1 of 3</span>{RAIN}</p>{ARTICLE}</article>"
    assert "Image" not in page(tmp_path, body).text


def test_a_paragraph_that_a_caption_below_says_again_is_told() -> None:
    blocks = [Block(text, kind, text, "p", 0, 0) for text, kind in (
        (RAIN, "paragraph"), ("n/a", ""), (f"{RAIN} Photo: Ada Lum", "caption"), ("In", "heading"), ("In it", ""),
    )]  # fmt: skip
    assert [says_again(blocks, index) for index in range(len(blocks))] == [True, False, False, False, False]


def test_a_headline_that_is_only_read_out_is_kept(tmp_path: Path) -> None:
    body = f"<article><h1><span class='sr-only'>Wells reopen</span></h1>{ARTICLE}</article>"
    assert texts(page(tmp_path, body), "heading") == ["Wells reopen"]


def test_what_announces_other_pages_in_parts_of_the_same_class_is_no_article(tmp_path: Path) -> None:
    half = f"<div class='post'><h1>Wells reopen</h1>{ARTICLE}</div>"
    other = f"<div class='post'><p>{TRAM}</p></div>"
    assert TRAM not in page(tmp_path, f"<main>{half}</main><section>{other}{other}</section>").text
