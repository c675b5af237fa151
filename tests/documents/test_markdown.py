"""Markdown: kinds from the markup, offsets into the file as it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from paratheme.documents.markdown import markdown_document
from paratheme.documents.readers import read
from paratheme.documents.segmentation import segment
from tests.work import grows_with_its_length


def pieces(text: str) -> list[tuple[str, str]]:
    """Kind and text of each piece."""
    return [(piece.kind, text[piece.start : piece.end]) for piece in markdown_document(text).pieces or ()]


def kinds(text: str) -> list[str]:
    """The kind of each piece."""
    return [kind for kind, _ in pieces(text)]


class TestOffsets:
    MARKS = st.sampled_from(
        [
            "\n",
            "\r\n",
            "\r",
            "\n\n",
            "---\n",
            "+++\n",
            "title: x\n",
            "# ",
            "> ",
            "- ",
            "1. ",
            "7) ",
            "    ",
            "\t",
            "```\n",
            "~~~\n",
            "**",
            "_",
            "[",
            "](u)",
            "![",
            "[^1]: ",
            "[1]: u\n",
            "|",
            "-|-\n",
            "<div>",
            "</div>",
            "<!--",
            "-->",
            "<a href=x>",
            "</a>",
            "<script>",
            "===\n",
            "***\n",
            "  \n",
            "\\\n",
            "<br>",
            "&nbsp;",
            "\x00",
            "\f",
            "\u2028",
            "\ufeff",
            "قمح",
            "Été",
            "word",
        ]
    )

    @given(st.one_of(st.lists(MARKS, max_size=25).map("".join), st.text(max_size=80)))
    @example("---\na: [\n---\n")
    @example("{}\n")
    @example("```\nopen")
    def test_pieces_are_in_order_apart_and_never_blank_whatever_the_text(self, text: str) -> None:
        document = markdown_document(text)
        assert document.text == text
        end = 0
        for piece in document.pieces or ():
            assert end <= piece.start < piece.end <= len(text)
            assert text[piece.start : piece.end].strip()
            end = piece.end

    @given(
        st.lists(
            st.sampled_from(["Rain fell.", "> ", "- ", "# ", "\n", "\n\n", "**Rain**", "<p>", "```\n", "---\n"]),
            max_size=25,
        )
    )
    def test_no_letter_is_lost(self, parts: list[str]) -> None:
        text = "".join(parts)
        covered = "".join(text[piece.start : piece.end] for piece in markdown_document(text).pieces or ())
        assert covered.count("R") == text.count("R")

    def test_the_text_is_the_files_own(self, tmp_path: Path) -> None:
        path = tmp_path / "note.markdown"
        path.write_bytes("# Récolte\r\n\r\nLa pluie est venue *tard*.\r\n".encode())
        document = read(path)
        assert document.text == "# Récolte\r\n\r\nLa pluie est venue *tard*.\r\n"
        assert [document.text[block.start : block.end] for block in segment(document)] == [
            "# Récolte",
            "La pluie est venue *tard*.",
        ]

    @pytest.mark.parametrize(
        "unit",
        [
            "[",
            "![",
            ">",
            "> \n",
            "- ",
            "<",
            "<!-- ",
            "`",
            "*",
            "a: b\n",
            "[a]: b\n",
            "[^a]: b\n",
            "a|b\n-|-\n",
            "```\n",
            "<script>\n",
            "x\n",
            "x  \n",
            "**x**\n",
            "=\n",
            "![a b](c)\n*d*\n",
            "<div a='\n",
            "> - 1. x\n",
            "&amp;",
            "\\",
            "x\n---\n",
            "{{",
        ],
    )
    @pytest.mark.parametrize("above", ["", "x\n", "---\n"])
    def test_many_marks_are_work_in_proportion_to_their_number(self, unit: str, above: str) -> None:
        assert grows_with_its_length(lambda count: markdown_document(above + unit * count), 400)


class TestFrontMatter:
    def test_title_and_date_are_the_documents_and_its_lines_are_furniture(self, tmp_path: Path) -> None:
        path = tmp_path / "a.md"
        path.write_text(
            "---\ntitle: 'Kuraklık: üçüncü yıl'\ndate: 2024-05-02T08:00:00+03:00\n---\n\nYağmur gelmedi.\n", "utf-8"
        )
        document = read(path)
        assert (document.title, document.date) == ("Kuraklık: üçüncü yıl", "2024-05-02T08:00:00+03:00")
        assert [block.kind for block in segment(document)] == ["boilerplate"] * 4 + ["paragraph"]

    @pytest.mark.parametrize(
        "above",
        [
            '---\ntitle: "Le puits"\ndate: 2023-01-09\n---\n',
            "---\ntitle: >\n  Le\n  puits\ntags:\n- eau\n- puits\ndate: 2023-01-09\n...\n",  # Jekyll, YAML's own end
            '---\n\ntitle: Le puits\n\n\ndate: "2023-01-09"\n\n----\n',  # blank lines from a scraper
            "\ufeff\n---\r\nTitle: Le puits\r\nDate: 2023-01-09\r\n---\r\n",
            '+++\ntitle = "Le puits"\ndate = 2023-01-09\ntags = ["eau"]\n+++\n',  # Hugo
            '{\n  "title": "Le puits",\n  "date": "2023-01-09"\n}\n',
            "<!--\n.. title: Le puits\n.. date: 2023-01-09\n-->\n",  # Nikola
            "<!--yml\ntitle: Le puits\ndate: 2023-01-09\n-->\n",
            "Title: Le puits\nDate: 2023-01-09\nCategory: Eau\n",  # Pelican
            "Title: Le puits\n\nURL Source: https://example.org\n\nPublished Time: 2023-01-09\n\nMarkdown Content:\n",
            '---\npost_title: \'Le puits\'\npost_date: 2023-01-09\nquote: "dit "non" trois fois"\n---\n',  # broken YAML
            "---\naliases: [puits]\ntags: eau\ntitle: Le puits\ndate: 2023-01-09\ncssclass: large\n---\n",  # Obsidian
        ],
    )
    def test_it_is_known_in_the_ways_that_generators_write_it(self, above: str) -> None:
        document = markdown_document(above + "\nLe village attend l'eau depuis mardi.\n")
        assert (document.title, document.date) == ("Le puits", "2023-01-09")
        *front, last = document.pieces or ()
        assert front
        assert {piece.kind for piece in front} == {"boilerplate"}
        assert document.text[last.start : last.end] == "Le village attend l'eau depuis mardi."

    def test_an_article_between_two_rules_is_no_front_matter(self) -> None:
        text = "---\nGaza: the crossing opened at noon, they said.\n\nTrucks waited outside.\n---\nMore tomorrow.\n"
        assert kinds(text) == ["boilerplate", "", "", "boilerplate", ""]

    def test_speeches_between_two_rules_are_no_front_matter(self) -> None:
        text = "---\nMary Smith: What happened in the town in May?\nJohn Doe: We fled at night.\n---\n"
        assert kinds(text)[1:-1] != ["boilerplate"] * (len(kinds(text)) - 2)

    def test_a_rule_that_is_never_closed_hides_nothing(self) -> None:
        assert kinds("---\ntitle: The well\n\nWater came back.\n")[-1] == ""

    def test_a_sentence_with_a_colon_is_no_setting(self) -> None:
        assert kinds("Note: the ferry does not run.\n\nWe walked.\n") == ["", ""]


class TestHeadings:
    def test_both_styles(self) -> None:
        text = "# السوق\n\nفتح السوق صباحا.\n\nPrices\n------\n\nBread is dear.\n\nLe port ##\n===\n"
        assert pieces(text) == [
            ("heading", "# السوق"),
            ("", "فتح السوق صباحا."),
            ("heading", "Prices"),
            ("", "Bread is dear."),
            ("heading", "Le port ##"),
        ]

    def test_a_paragraph_directly_above_a_rule_stays_one(self) -> None:
        assert pieces("The trucks left before dawn.\n---\nThey came back.\n") == [
            ("", "The trucks left before dawn."),
            ("boilerplate", "---"),
            ("", "They came back."),
        ]

    def test_a_short_line_all_bold_is_a_heading(self) -> None:
        text = "**الطريق إلى السوق**\n\nمشينا ساعتين.\n\n__What is left?__\n\nNothing.\n"
        assert kinds(text) == ["heading", "", "heading", ""]

    def test_a_bold_sentence_and_a_bold_beginning_are_none(self) -> None:
        text = "**Nous demandons que l'eau revienne.**\n\n**Nyala** – The market burned.\n\nEnd.\n"
        assert kinds(text) == ["paragraph", "", ""]

    def test_bold_words_that_open_a_list_are_a_paragraph(self) -> None:
        assert kinds("**What we ask:**\n\n- water\n- bread\n") == ["paragraph", "list_item", "list_item"]

    def test_bold_words_at_the_end_are_a_signature(self) -> None:
        assert kinds("We thank you.\n\n**The council of Adré**\n") == ["", ""]


class TestLists:
    def test_each_item_is_a_piece_nested_ones_too(self) -> None:
        text = "- un dépôt\n  - de farine\n  - d'huile\n* kuyu\n\n3. first\n4. second\n"
        assert pieces(text) == [
            ("list_item", "- un dépôt"),
            ("list_item", "- de farine"),
            ("list_item", "- d'huile"),
            ("list_item", "* kuyu"),
            ("list_item", "3. first"),
            ("list_item", "4. second"),
        ]

    def test_further_paragraphs_of_an_item_are_paragraphs(self) -> None:
        assert kinds("1. Mills were shut.\n\n   They open in May.\n\n2. Bread is short.\n") == [
            "list_item",
            "paragraph",
            "list_item",
        ]

    def test_a_paragraph_that_follows_an_item_without_a_blank_line_is_no_part_of_it(self) -> None:
        assert kinds("- Wheat\n- Oil\nThe convoy left on Monday.\n") == ["list_item", "list_item", ""]

    def test_a_number_that_begins_a_sentence_begins_no_list(self) -> None:
        assert kinds("21. yüzyılda kuraklık sıklaştı, göç de arttı.\n\nKöyler boşaldı.\n") == ["", ""]

    def test_a_list_of_links_is_furniture(self) -> None:
        text = "- [Home](/)\n- [Nos dossiers](/d)\n  - [Eau](/d/eau)\n- <https://example.org/a>\n"
        assert set(kinds(text)) == {"boilerplate"}

    def test_a_link_in_a_list_of_sentences_is_an_item(self) -> None:
        assert kinds("- [Report of May](/r)\n- The mill in Taiz closed.\n") == ["list_item", "list_item"]


class TestQuotesTablesNotes:
    def test_paragraphs_of_a_quote_are_paragraphs(self) -> None:
        assert pieces("> لم يبق لنا شيء.\n>\n> سنعود.\n") == [
            ("paragraph", "> لم يبق لنا شيء."),
            ("paragraph", "> سنعود."),
        ]

    def test_each_row_of_a_table_is_a_piece_and_the_line_below_its_head_none(self) -> None:
        text = "| Ville | Prix |\n|:--|--:|\n| Zinder | 300 |\n| Maradi | 320 |\nLes prix montent.\n"
        assert pieces(text) == [
            ("heading", "| Ville | Prix |"),
            ("table_row", "| Zinder | 300 |"),
            ("table_row", "| Maradi | 320 |"),
            ("", "Les prix montent."),
        ]

    def test_footnotes_are_paragraphs_and_definitions_of_links_furniture(self) -> None:
        text = "See the count.[^1] And [here][a].\n\n[^1]: Counted in May.\n\n    And again in June.\n\n"
        text += "[a]: https://example.org\n    'A page'\n"
        assert kinds(text) == ["", "paragraph", "paragraph", "boilerplate", "boilerplate"]

    def test_code_and_rules_are_furniture(self) -> None:
        assert pieces("Voici.\n\n```html\n<b>un</b>\n\ndeux\n```\n\n* * *\n\nFin.\n") == [
            ("", "Voici."),
            ("boilerplate", "```html\n<b>un</b>\n\ndeux\n```"),
            ("boilerplate", "* * *"),
            ("", "Fin."),
        ]

    def test_a_fence_that_is_never_closed_hides_nothing(self) -> None:
        assert kinds("Une ligne.\n\n```\nLe convoi est parti.\n\n# Suite\n") == ["", "boilerplate", "", "heading"]

    def test_text_that_is_set_in_is_text(self) -> None:
        assert kinds("First line.\n\n     Indented as in a book.\n") == ["", ""]

    def test_text_in_many_quotes_within_each_other_is_kept(self) -> None:
        text = "> " * 40 + "Deep.\n"
        assert "Deep." in pieces(text)[0][1]


class TestPictures:
    def test_a_picture_alone_is_a_caption_by_its_text(self) -> None:
        assert (
            kinds("![Kadınlar kuyu başında bekliyor](k.jpg)\n\n[![Un puits au Tchad](p.jpg)](/p)\n") == ["caption"] * 2
        )
        assert kinds('<img src="a.jpg" alt="Queue for bread in Idlib">\n') == ["caption"]

    def test_pictures_that_say_nothing_are_furniture(self) -> None:
        assert (
            kinds("![](rule.png)\n\n![IMG_2041.jpg](a.jpg)\n\n![logo](b.svg)\n\n<img src=x>\n") == ["boilerplate"] * 4
        )

    def test_an_italic_line_below_a_picture_is_its_caption(self) -> None:
        text = "![](a.jpg)\n*The bakery in March. Photo by a neighbour.*\n\n*He* came back.\n\n*Not below a picture.*\n"
        assert kinds(text) == ["boilerplate", "caption", "", ""]

    def test_each_of_many_pictures_is_a_piece(self) -> None:
        assert kinds("![La place à midi](a.jpg)\n![La place le soir](b.jpg)\n") == ["caption", "caption"]

    def test_a_picture_in_a_paragraph_leaves_it_a_paragraph(self) -> None:
        text = "![A mill at noon](a.jpg) " + "The mill ground wheat for nine villages until the river fell. " * 3
        assert kinds(text) == [""]


class TestFurniture:
    @pytest.mark.parametrize(
        "line",
        [
            "[Read the statement here](https://example.org/s).",
            "[Accueil](/) / [Eau](/eau) / Puits",
            "[İndir](a.pdf) | [Bütün notlar](/n)",
            "السابق: [النشرة الأولى](/1)، [النشرة الثانية](/2)",
            "https://example.org/2024/05",
            "via: <https://example.org/a>",
            '<a href="https://example.org">Source</a>',
            "Teilen · [Facebook](https://facebook.com/x) · [X](https://x.com/y)",
            "[Original][1]\n\n[1]: https://example.org",
            "[[Puits]] [[Eau]]",
            "{{< figure src=a.jpg >}}",
            "{% include share.html %}",
            "{: .no_toc }",
            "[TOC]",
            "&nbsp;",
            "<!-- more -->",
            "<!--\nnotes of the editor\n\nnot for the page\n-->",
            '<div class="wide"\n     id="main">',
            "<script>\nvar a = 'text of a program';\n\nb();\n</script>",
            "⁂",
        ],
    )
    def test_links_alone_and_marks_alone_are_furniture(self, line: str) -> None:
        assert set(kinds(f"The rain came.\n\n{line}\n\nWe slept.\n")[1:-1]) == {"boilerplate"}

    @pytest.mark.parametrize(
        "line",
        [
            "The [committee](/c) met on [Monday](/m) and left.",
            "Ils demandent : de l'eau, du pain, et [un médecin](/m) avant vendredi.",
            "A < B, said the teacher, and <em>nobody</em> asked.",
            "<p>Les camions attendent.</p>",
            "قال [المتحدث](/m): لم تصل الشاحنات بعد.",
        ],
    )
    def test_links_and_tags_in_a_sentence_leave_it_to_the_rules(self, line: str) -> None:
        assert kinds(f"The rain came.\n\n{line}\n\nWe slept.\n") == ["", "", ""]

    def test_html_says_what_its_lines_are(self) -> None:
        text = "<div>\n<h2>Sudan</h2>\n<ul>\n<li>Millet is dear.</li>\n</ul>\n"
        text += "<figcaption>A queue</figcaption>\n<p>Text.</p>\n</div>\n"
        assert [kind for kind in kinds(text) if kind != "boilerplate"] == ["heading", "list_item", "caption", ""]
        table = "<table>\n<tr><th>State</th><th>Wells</th></tr>\n<tr><td>Darfur</td><td>12</td></tr>\n</table>\n"
        assert kinds(table) == ["boilerplate", "table_row", "table_row", "boilerplate"]


class TestLines:
    def test_lines_without_a_blank_line_between_are_paragraphs_of_their_own(self) -> None:
        text = "The mayor spoke for an hour about the wells, and two of three are dry.\nNobody asked.\nWe left.\n"
        assert kinds(text) == ["", "", ""]

    def test_a_hard_wrapped_paragraph_is_one(self) -> None:
        text = (
            "Le comité a passé trois jours dans la vallée et il a compté les puits\n"
            "qui donnent encore de l'eau. Il en reste onze sur quarante, et deux\n"
            "d'entre eux seront à sec avant la fin du mois si rien ne vient d'ici\n"
            "là.\n\n"
            "> Les anciens disent que cela s'est déjà vu, il y a soixante ans, et\n"
            "> que la moitié du village était partie vers le sud avec ses bêtes.\n"
        )
        assert len(pieces(text)) == 2

    def test_a_sentence_that_goes_on_in_small_letters_is_one(self) -> None:
        assert kinds("Kuyuların yarısı kurudu ve köy\nbaşka bir yere taşındı.\n") == [""]
        assert kinds("Les puits sont à sec,\nselon la commune.\n") == [""]
        assert kinds("Les puits :\nà sec\n\nFini.\nà suivre\n") == [""] * 4

    @pytest.mark.parametrize("broken", ["  \n", "\\\n", "<br>\n", "<br />\n"])
    def test_hard_breaks_stay_inside_one_paragraph(self, broken: str) -> None:
        text = f"12 rue du Port{broken}Nouakchott{broken}Mauritanie\n"
        assert pieces(text) == [("", text.strip())]

    def test_a_bold_line_above_a_hard_break_is_a_heading_still(self) -> None:
        assert kinds("**Le port**  \nLes bateaux attendent.\n") == ["heading", ""]


@pytest.mark.parametrize("halves", ["\ud800\udfff", "\ud800"])
def test_halves_of_characters_in_the_address_of_a_link_stay_where_they_are(halves: str) -> None:
    text = f"The [report]({halves}) was read.\n"
    assert pieces(text) == [("", text.strip())]
