"""What kind of block each block is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paratheme.documents.block_kinds import KINDS, kinds_of
from tests.documents.examples import BIR, MATAR, PLUIE, PUITS, RAIN, WELL, kinds_in
from tests.work import grows_with_its_length


@pytest.mark.parametrize(
    ("title", "section", "one", "two"),
    [
        ("Rain in the east", "Who shares the well", RAIN, WELL),
        ("Il pleut enfin dans l’est", "À qui le puits ?", PLUIE, PUITS),
        ("أمطار في الشرق أخيرا", "لمن البئر", MATAR, BIR),
    ],
)
def test_titles_and_section_titles_are_headings(title: str, section: str, one: str, two: str) -> None:
    assert kinds_in(title, one, section, two) == ["heading", "paragraph", "heading", "paragraph"]


@pytest.mark.parametrize("mark", ["- ", "• ", "* ", "▪ ", "– ", "1. ", "1) ", "(a) ", "٣- "])
def test_marked_lines_are_list_items(mark: str) -> None:
    assert kinds_in(RAIN, f"{mark}Ten sacks of sorghum.", f"{mark}Six sacks of millet.") == [
        *("paragraph", "list_item", "list_item"),
    ]


def test_a_numbered_title_above_its_section_is_a_heading() -> None:
    assert kinds_in(RAIN, "2. Shared wells", WELL) == ["paragraph", "heading", "paragraph"]


def test_the_speeches_of_an_interview_are_paragraphs() -> None:
    assert kinds_in("At the well", RAIN, "– Who shares the well?", "– Two villages do, in turn.") == [
        *("heading", "paragraph", "paragraph", "paragraph"),
    ]


def test_a_line_that_leads_into_a_list_is_no_heading() -> None:
    assert kinds_in(RAIN, "The villages received:", "- Ten sacks of sorghum.")[1] == "paragraph"


@pytest.mark.parametrize(
    "caption",
    [
        "Two herders at the well of Dosso. Photo: R. Issa",
        "Figure 3. Rainfall in the eastern districts, 2010-2024",
        "Deux éleveurs au puits de Dosso. © Service photo de la commune",
        "Fichier - Deux éleveurs au puits, en mars (Photo d'archives)",
        "راعيان عند البئر صباح الأحد. تصوير قسم الأخبار",
        "راعيان عند البئر ( صورة : أرشيف )",
        "Dos pastores junto al pozo de arriba. Foto: archivo municipal",
        "Dois pastores junto ao poço de cima. Fotografia: R. N.",
        "Yukarı köyün kuyusunda iki çoban. Fotoğraf: arşiv",
        "Dua gembala di sumur desa atas. (Foto: arsip desa)",
        "دو چوپان کنار چاه روستای بالا. عکس: آرشیو",
        "دو چرواہے اوپر کے گاؤں کے کنویں پر۔ (تصویر: راقم)",
        "Два пастуха у колодца верхней деревни. Фото автора",
        "Wachungaji wawili kwenye kisima cha juu. Picha: maktaba",
        "نِسَاءٌ يَنْتَظِرْنَ الْمَاءَ. صورة: رويترز",
        "By Lake Chad, two fishermen wait for the boat. Photo: archive",
    ],
)
def test_pictures_with_a_credit_are_captioned(caption: str) -> None:
    assert kinds_in("Rain in the east", RAIN, WELL, caption, RAIN)[3] == "caption"


@pytest.mark.parametrize(
    "line",
    [
        "Texto: C. F. | Fotografia: Redação",
        "تحقيق: محررة الشئون الاجتماعية – تصوير: قسم التصوير بالجريدة",
        "Dari koresponden kami di Wamena | Foto-foto: warga",
        "From Lodwar, 30 September | Picture by the author of this text",
        "Questions: the press office. See also the [rain of May](https://example.org/map).",
    ],
)
def test_a_line_of_credits_dates_and_links_is_no_caption(line: str) -> None:
    assert kinds_in("Rain in the east", RAIN, WELL, RAIN, WELL, line)[-1] != "caption"


def test_short_sentences_among_long_paragraphs_are_filed() -> None:
    """A caption without a credit, or a paragraph of one sentence: form hardly tells, and both are filed."""
    long = f"{RAIN} {WELL}"
    short = "Two herders wait for their turn at the well of the upper village."
    assert kinds_in("Rain", long, long, short, long, long)[3] in ("caption", "paragraph")
    assert set(kinds_in("Rain", long, short, long, short, long, short, long, long)[1:]) == {"paragraph"}


def test_the_line_above_a_picture_s_credit_is_its_caption_but_the_title_is_none() -> None:
    below = kinds_in("Rain in the east", RAIN, WELL, RAIN, "The wall of the mill after the rain", "Photo: archive")
    assert below[-2:] == ["caption", "boilerplate"]
    above = kinds_in("Rain in the east", "Photo: archive", RAIN, WELL, RAIN)
    assert above[0] == "heading"


def test_a_caption_may_be_the_last_block() -> None:
    caption = "Two herders at the upper well. Photo: R. Issa"
    assert kinds_in("Rain in the east", RAIN, WELL, RAIN, WELL, caption)[-1] == "caption"


def test_a_line_far_longer_than_the_titles_of_the_sections_is_a_caption() -> None:
    caption = "Two herders on their way to the upper well on Sunday morning"
    lines = ["Rain at last", RAIN, "The well", WELL, caption, RAIN, WELL, "The mill", RAIN, WELL]
    assert [kinds_in(*lines)[index] for index in (2, 4, 7)] == ["heading", "caption", "heading"]


# Short lines


@pytest.mark.parametrize(
    "lines",
    [
        ["Rain at last in the east", "Pluie à l’est", "أمطار في الشرق أخيرا"],
        ["Rain at last in the east!", "Who shares the well?", "Two wells reopened #wells", "Markets: oil slips"],
        ["06:12 Rain in the east", "06:40 Power cut in the port", "07:05 Ferry back in service"],
        ["Rain at last in the east"],
    ],
)
def test_a_document_of_short_lines_has_paragraphs_not_headings(lines: list[str]) -> None:
    assert kinds_in(*lines) == ["paragraph"] * len(lines)


def test_a_title_above_one_short_sentence_stays_a_heading() -> None:
    assert kinds_in("Harvest report", "Rain came late this year.") == ["heading", "paragraph"]


def test_short_lines_under_a_colon_are_list_items() -> None:
    assert kinds_in("Rain", RAIN, "The villages received:", "ten sacks of sorghum", "six sacks of millet", WELL) == [
        *("heading", "paragraph", "paragraph", "list_item", "list_item", "paragraph"),
    ]


def test_a_section_title_that_asks_is_a_heading_but_questions_of_an_interview_are_paragraphs() -> None:
    question = "What will the two villages do when the upper well runs dry?"
    assert kinds_in("Rain", RAIN, question, WELL)[2] == "heading"
    assert kinds_in("Rain", RAIN, *[question, WELL] * 3)[2::2] == ["paragraph"] * 3


def test_a_name_of_a_section_above_the_title_is_boilerplate() -> None:
    assert kinds_in("AFRICA", "Rain at last in the east", RAIN, WELL)[:2] == ["boilerplate", "heading"]


# What stands around the article


def test_headlines_below_the_last_paragraph_are_boilerplate() -> None:
    below = ["Ferry to the islands stopped by wind", "Ten wells in ten years"]
    assert kinds_in("Rain", RAIN, WELL, RAIN, WELL, *below)[-2:] == ["boilerplate"] * 2


@pytest.mark.parametrize("lead", ["Read also:", "**Lire aussi :**", "▶ اقرأ أيضا"])
def test_headlines_under_a_line_that_leads_to_them_are_boilerplate_wherever_they_stand(lead: str) -> None:
    assert kinds_in("Rain", RAIN, lead, "Ten wells in ten years", "- A ferry again", RAIN, WELL) == [
        *("heading", "paragraph", "boilerplate", "boilerplate", "boilerplate", "paragraph", "paragraph"),
    ]


def test_a_long_notice_at_the_end_is_boilerplate() -> None:
    notice = f"Comments are moderated. {'Please keep to the subject and be kind to the others who write here. ' * 4}"
    assert kinds_in("Rain", RAIN, WELL, notice)[-1] == "boilerplate"


# What markup says


def test_markup_is_believed_but_for_furniture_in_paragraphs_and_lists() -> None:
    texts = [
        "Read also: the well",
        RAIN,
        "Share on Facebook",
        "- Subscribe to our newsletter",
        "Rain",
        "Photo: R. Issa",
    ]
    marked = ["heading", "list_item", "paragraph", "list_item", "paragraph", "caption"]
    assert kinds_of(texts, marked) == ["heading", "list_item", "boilerplate", "boilerplate", "paragraph", "caption"]


# Time


@pytest.mark.parametrize(
    "hostile",
    [
        "?",
        "– ? ",
        "[",
        "[a](",
        "<",
        "<a ",
        "![",
        "&#",
        "https://",
        "a@",
        "+1 ",
        "#a ",
        "| ",
        "1) ",
        "A: b. ",
        "by ",
        "© ",
    ],
)
def test_no_text_is_more_work_than_its_length(hostile: str) -> None:
    def read(length: int) -> None:
        text = hostile * (length // len(hostile))
        kinds_of([text, RAIN, text[:255], text[:95], text])

    assert grows_with_its_length(read, 50_000)


@given(st.lists(st.text(max_size=120), max_size=12))
def test_every_block_has_one_kind(texts: list[str]) -> None:
    kinds = kinds_of(texts)
    assert len(kinds) == len(texts)
    assert set(kinds) <= set(KINDS)


@pytest.mark.parametrize(
    "rows",
    [
        ["Wells | planned 12 | 7", "Clinics | planned 4 | 4", "Latrines | planned 300 | none"],
        ["| Item | Planned |", "| Wells | 12 |", "| Clinics | 4 |", "| Latrines | 300 |"],
        ["Puits|12|7", "Dispensaires|4|4", "Latrines|300|29"],
        ["الآبار | ١٢ | ٧", "العيادات | ٤ | ٤", "المراحيض | ٣٠٠ | ٢٩"],
    ],
)
def test_rows_of_a_table_typed_as_lines_are_no_furniture(rows: list[str]) -> None:
    assert kinds_in("Rain", RAIN, *rows, WELL)[2:-1] == ["table_row"] * len(rows)


@pytest.mark.parametrize(
    "links",
    [
        ["Home | World | Africa", "About | Contact | Jobs", "Terms | Privacy | Cookies"],
        ["Home | News 24 | 2024", "About | Contact | Tel. 5551", "Terms | Privacy | Cookies"],
        ["Mon 12 May | 24°C | EN", "Home | Top 10 | Africa", "Login | Help | Follow 24/7"],
    ],
)
def test_lines_of_links_at_the_head_and_foot_are_no_table(links: list[str]) -> None:
    assert "table_row" not in kinds_in(*links, RAIN, WELL, RAIN, WELL, *links)


def test_clauses_between_signs_are_no_table() -> None:
    clauses = [f"{number} | The parties open the border by {number} May. | They keep it open." for number in (1, 2, 3)]
    assert "table_row" not in kinds_in("Rain", RAIN, *clauses, WELL)


@pytest.mark.parametrize(
    "caption",
    [
        "The bridge at Kipini on Monday. © AFP",
        "Photo : le pont de Kipini, lundi (AFP)",
        "Köyde su bekleyen bir aile. Fotoğraf: Reuters",
        "عائلة تنتظر الماء في القرية. تصوير: رويترز",
        "Семья ждёт воду в деревне. Фото: Рейтер",
    ],
)
@pytest.mark.parametrize("place", [1, 3, 5])
def test_a_caption_with_its_credit_is_filed_wherever_it_stands(caption: str, place: int) -> None:
    texts = [f"{RAIN} {WELL}"] * 6
    texts.insert(place, caption)
    assert kinds_in("Rain in the east", *texts)[1 + place] == "caption"


@pytest.mark.parametrize("place", [0, 2, 5])
@pytest.mark.parametrize(
    "sentence",
    [
        "The flood took 40 lives.",
        "Schools may open on Monday.",
        "Her remarks were published on Monday.",
        "Cet accord est mort.",
        "Este mes murieron cuatro niños.",
        "Редакция газеты сгорела.",
        "Mwandishi alikamatwa Jumatatu.",
        "Haber köye geç ulaştı.",
        "قرأ الإمام الخبر.",
    ],
)
def test_a_sentence_with_a_word_that_pages_use_of_themselves_is_filed(sentence: str, place: int) -> None:
    texts = [f"{RAIN} {WELL}"] * 5
    texts.insert(place, sentence)
    assert kinds_in("Rain in the east", *texts)[1 + place] in ("paragraph", "caption")


@pytest.mark.parametrize(
    "last",
    [
        "The commissioner said that the county had received no answer to the three letters that it wrote in May",
        "ولم يصدر تعليق فوري من الجهات التي تدير المعابر فيما قالت البلدية إنها وجهت نداء إلى المنظمات لإدخال الوقود",
    ],
)
def test_a_closing_paragraph_without_its_full_stop_is_filed(last: str) -> None:
    assert kinds_in("Rain at last", RAIN, WELL, RAIN, WELL, last)[-1] == "paragraph"


@pytest.mark.parametrize("who", ["REPORTER", "EDITOR", "Haber", "Автор", "خبرنگار"])
def test_what_somebody_says_is_filed_and_who_wrote_is_boilerplate(who: str) -> None:
    said = f"{who}: The water came in the night, and by morning six hundred families were sitting on the airstrip."
    kinds = kinds_in("At the well", RAIN, said, WELL, RAIN, f"{who}: Jane Deng")
    assert (kinds[2], kinds[-1]) == ("paragraph", "boilerplate")


def test_a_short_article_among_the_lines_of_its_page_is_no_document_of_short_lines() -> None:
    menu = ["Home", "Africa", "Sudan", "Copy link", "Go to the comments"]
    kinds = kinds_in(*menu, "Rain in the east", RAIN, WELL, RAIN, WELL, "Share", "Tags", "Water", "Weather")
    assert [kind for kind in kinds if kind == "paragraph"] == ["paragraph"] * 4


def test_messages_of_a_chat_are_filed() -> None:
    said = [f"[12/08/2025, 09:{minute}:22] Jane: The water reached the wall of the clinic" for minute in range(10, 14)]
    assert set(kinds_in(*said, "[12/08/2025, 09:31:12] Peter: How many are there? We need ORS today.")) == {"paragraph"}


@pytest.mark.parametrize(
    "table",
    [
        ["Town      Wells", "--------  -----", "Kosti        12", "Rabak         7"],
        ["+------+-------+", "| Town | Wells |", "+======+=======+", "| Kosti | 12 |", "+------+-------+"],
    ],
)
def test_rows_under_a_line_of_dashes_are_of_a_table(table: list[str]) -> None:
    kinds = kinds_in("Rain at last", RAIN, *table, WELL)[2:-1]
    assert kinds == ["boilerplate" if set(line) <= set("+-= ") else "table_row" for line in table]


@pytest.mark.parametrize(
    "line",
    [
        "On Wed, Aug 13, 2025 at 4:10 PM Peter Maker <maker@example.org> wrote:",
        "Le mer. 13 août 2025 à 16:10, Pierre <pierre@example.org> a écrit :",
        "Do you have information about this story? Email us in confidence at tips@example.org.",
        "We rely on donations from readers like you to keep reporting. If you can, please give today.",
        "Thanks for reading The Nile Letter! This post is public so feel free to share it.",
        "Если вы заметили опечатку, выделите её и нажмите Ctrl+Enter.",
        "Pilihan Editor: Siapa Pemilik Sumur?",
        "تخطى قصص مقترحة وواصل القراءة",
    ],
)
def test_what_a_page_says_to_its_reader_is_boilerplate(line: str) -> None:
    assert kinds_in("Rain at last", RAIN, WELL, RAIN, WELL, line)[-1] == "boilerplate"


@pytest.mark.parametrize(
    "line",
    [
        "We rely on donations from the villages to run the pump, said the teacher who keeps its only key.",
        "Thanks to the reading room the children of the camp have light until ten.",
        "We depend on the support of members of the diaspora for flour, said the baker of the eastern quarter.",
        "Thank you for reading the names of the dead, the mother told the judge in the courtroom on Friday.",
        "End of content moderation raises fears of hate, researchers said on Friday in the capital.",
    ],
)
def test_what_sounds_like_it_is_filed(line: str) -> None:
    assert kinds_in("Rain at last", RAIN, WELL, RAIN, WELL, line)[-1] != "boilerplate"


def test_a_row_with_an_empty_cell_is_of_its_table() -> None:
    table = ["Item   Price  Town", "-----  -----  --------", "Flour    400  El Fasher", "Oil           Tawila"]
    assert kinds_in("Rain at last", RAIN, *table, WELL)[-2] == "table_row"


def test_menus_around_a_line_of_dashes_are_no_table() -> None:
    head, foot = (
        ["Home | News | Sport", "-------", "Login | Register | Help"],
        ["Contact | Imprint", "-----", "Rss | Mail"],
    )
    assert "table_row" not in kinds_in(*head, "Rain at last", RAIN, WELL, RAIN, WELL, *foot)


def test_a_sentence_with_a_telephone_that_leads_into_more_is_filed() -> None:
    said = "Families who look for relatives may call the Red Crescent on +970 59 123 4567, and are asked for this:"
    assert kinds_in("Rain at last", RAIN, said, WELL, RAIN)[2] == "paragraph"
