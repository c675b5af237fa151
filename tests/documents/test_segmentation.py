from __future__ import annotations

import json
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paratheme.documents.boilerplate import is_boilerplate
from paratheme.documents.readers import read
from paratheme.documents.segmentation import KINDS, VISIBLE, Block, segment
from paratheme.evaluation.segmentation import LabelledDocument, evaluate, read_labelled, run

REAL = Path(__file__).parents[3] / "shared" / "seed_documents"
SEEDS = Path(__file__).parents[2] / "seeds"

RAIN = (
    "The rains came two weeks late this year, and the farmers "
    "of the eastern districts sowed sorghum twice before it took."
)
WELL = (
    "A committee of herders and farmers now shares the well between "
    "the two villages, three hours each, mornings and evenings."
)
PLUIE = (
    "Les pluies sont arrivées avec deux semaines de retard, et les paysans "
    "des cercles de l’est ont semé le sorgho deux fois."
)
PUITS = (
    "Un comité d’éleveurs et de paysans partage désormais le puits entre "
    "les deux villages, trois heures chacun, matin et soir."
)
MATAR = (
    "تأخرت الأمطار أسبوعين هذا العام، فزرع فلاحو النواحي الشرقية الذرة "
    "مرتين قبل أن تنبت، وباعوا بعض أغنامهم لشراء البذور."
)
BIR = (
    "وتتقاسم البئر بين القريتين لجنة من الرعاة والفلاحين، ثلاث ساعات لكل "
    "قرية صباحا ومساء، منذ الاتفاق الذي وُقّع في الربيع."
)

ODD = st.characters() | st.sampled_from(
    list("\x00\r\n\n\n\t \u2028\u2029\x85\f\ufeff\u200f\u200e\u202b\u200b\u00a0-•–1.)[]:؟؛")
)
WORDS = st.lists(
    st.sampled_from([RAIN, PLUIE, MATAR, "- one", "2. two", "[ad_1]", "Title", "\n", "\n\n", "\r\n", "\u2028", " "])
)


def texts_of(text: str) -> list[str]:
    return [text[block.start : block.end] for block in segment(text)]


def kinds_in(*lines: str) -> list[str]:
    blocks = segment("\n".join(lines))
    assert len(blocks) == len(lines)
    return [block.kind for block in blocks]


def holds_the_contract(text: str) -> None:
    blocks = segment(text)
    end = 0
    for block in blocks:
        assert end <= block.start < block.end <= len(text)
        assert VISIBLE.match(text[block.start])
        assert VISIBLE.match(text[block.end - 1])
        assert not VISIBLE.search(text[end : block.start])
        assert block.kind in KINDS
        end = block.end
    assert not VISIBLE.search(text[end:])


# ---------------------------------------------------------------- offsets


@settings(max_examples=300, deadline=None)
@given(st.text(ODD, max_size=300))
def test_blocks_stand_in_order_and_together_hold_every_visible_character(text: str) -> None:
    holds_the_contract(text)


@settings(max_examples=100, deadline=None)
@given(WORDS)
def test_blocks_of_ordinary_text_do_so_too(pieces: list[str]) -> None:
    holds_the_contract("".join(pieces))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from([RAIN, WELL, PLUIE, PUITS, MATAR, BIR]), min_size=2, max_size=6),
    st.sampled_from(
        [
            "\n",
            "\r\n",
            "\r",
            "\u2028",
            "\u2029",
            "\n\n",
            "\r\n\r\n",
            "\n\n\n\n",
            "\n \u200f\n",
            "\x00\n",
            "\f",
        ]
    ),
)
def test_paragraphs_are_found_whatever_stands_between_them(paragraphs: list[str], separator: str) -> None:
    assert texts_of(separator.join(paragraphs)) == paragraphs


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from([RAIN + " " + WELL, PLUIE + " " + PUITS, MATAR + " " + BIR]), min_size=2, max_size=5),
    st.integers(60, 80),
    st.sampled_from(["\n", "\r\n"]),
)
def test_hard_wrapped_paragraphs_are_rejoined_at_any_width(paragraphs: list[str], width: int, newline: str) -> None:
    wrapped = [newline.join(textwrap.wrap(paragraph, width)) for paragraph in paragraphs]
    assert texts_of((newline * 2).join(wrapped)) == wrapped


def test_empty_and_invisible_text_has_no_blocks() -> None:
    assert segment("") == segment(" \n\t\r\n\u2028\x00\u200f\ufeff") == []


def test_direction_marks_and_nul_around_a_block_stay_outside_it() -> None:
    text = "\u200f\x00 " + MATAR + " \x00\u200f\r\n"
    assert texts_of(text) == [MATAR]


def test_words_glued_at_a_former_link_stay_as_they_are() -> None:
    text = "Il a salué le travail commun en Tchady compris le plan adopté au printemps."
    assert texts_of(text) == [text]


# ---------------------------------------------------------------- wrapped text


def test_wrapped_list_items_are_rejoined_one_by_one() -> None:
    items = ["- " + RAIN, "- " + WELL, "- Two wells."]
    wrapped = ["\n".join(textwrap.wrap(part, 72)) for part in (RAIN + " " + WELL, *items)]
    text = wrapped[0] + "\n\n" + "\n".join(wrapped[1:])
    assert texts_of(text) == wrapped
    assert [block.kind for block in segment(text)][1:] == ["list_item"] * 3


def test_wrapped_items_with_a_hanging_indent_are_rejoined() -> None:
    items = [textwrap.fill(f"* {RAIN} {WELL}", 70, subsequent_indent="  ") for _ in range(3)]
    assert texts_of("\n".join(items)) == items


def test_a_heading_above_a_wrapped_paragraph_stays_apart() -> None:
    paragraph = textwrap.fill(RAIN + " " + WELL, 70)
    assert texts_of("Harvest\n" + paragraph + "\n\n" + paragraph) == ["Harvest", paragraph, paragraph]


def test_a_number_that_begins_a_wrapped_line_opens_no_list() -> None:
    lines = textwrap.wrap(RAIN + " " + WELL, 70)
    text = "\n".join([*lines[:2], "12. and this line goes on with a sentence that the one above began"])
    assert len(segment(text)) == 1


def test_short_lines_of_differing_length_are_not_taken_for_wrapped_text() -> None:
    lines = [
        "Rain at last in the east",
        "Ferry to the islands stopped by wind for a third day",
        "Markets: oil slips",
    ]
    lines += ["School opens its second building after a long summer of work", "Letters"]
    assert texts_of("\n".join(lines)) == lines


# ---------------------------------------------------------------- kinds


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
    ],
)
def test_pictures_with_a_credit_are_captioned(caption: str) -> None:
    assert kinds_in("Rain in the east", RAIN, WELL, caption, RAIN)[3] == "caption"


def test_one_short_sentence_among_long_paragraphs_is_a_caption_but_many_are_not() -> None:
    long = f"{RAIN} {WELL}"
    short = "Two herders wait for their turn at the well of the upper village."
    assert kinds_in("Rain", long, long, short, long, long)[3] == "caption"
    assert set(kinds_in("Rain", long, short, long, short, long, short, long, long)[1:]) == {"paragraph"}


@pytest.mark.parametrize(
    "line",
    [
        *(
            "[ad_1]",
            "[ad_2] Source link",
            "[caption id=12]",
            "Source: agencies",
            "المصدر: وكالات",
            "Lien source",
            "المصدر",
        ),
        *(
            "Share this: Facebook | X | WhatsApp",
            "Partager : Facebook X Courriel",
            "شارك الخبر: فيسبوك | واتساب",
        ),
        *(
            "This site uses cookies. Accept all",
            "Nous utilisons des cookies.",
            "نستخدم ملفات تعريف الارتباط.",
        ),
        *(
            "Subscribe to our newsletter",
            "Sign up for the Daily Brief",
            "Get the morning file in your inbox every day.",
        ),
        *(
            "Inscrivez-vous à notre lettre d’information.",
            "Abonnez-vous",
            "اشترك في نشرتنا البريدية",
            "اشترك الآن مجانا",
        ),
        *(
            "Read also: Ten wells in ten years",
            "Lire aussi : Dix puits en dix ans",
            "اقرأ أيضًا: عشر آبار",
            "إقرأ أيضا : آبار",
        ),
        *("© 2024 The Well. All rights reserved.", "Tous droits réservés", "جميع الحقوق محفوظة © البئر 2024"),
        *(
            "Success!",
            "Erreur !",
            "خطأ!",
            "We need to confirm your email address.",
            "يرجى المحاولة مرة أخرى لاحقا.",
        ),
        *(
            "Views expressed are the author's own.",
            "Les opinions n’engagent que leur auteur.",
            "الآراء لا تعبر عن رأي الصحيفة",
        ),
        *(
            "By Amina Diallo",
            "Par Jean de Souza, à Niamey",
            "بقلم: سعاد الطيب",
            "Published 12 March 2024 at 10:15",
        ),
        *(
            "Publié le 12 mars 2024",
            "نُشر في: ١٢ مارس ٢٠٢٤",
            "Advertisement",
            "Publicité",
            "إعلان",
            "Tags: rain, wells",
        ),
        *(
            "(Reporting by A. Issa; editing by the night desk)",
            "The post Rain appeared first on The Well.",
            "5 min read",
        ),
    ],
)
def test_furniture_of_the_page_is_boilerplate(line: str) -> None:
    assert is_boilerplate(line)
    assert kinds_in("Rain in the east", RAIN, WELL, line, RAIN)[3] == "boilerplate"


@pytest.mark.parametrize(
    "line",
    [
        *(RAIN, WELL, PLUIE, PUITS, MATAR, BIR),
        "The ministry said that subscribers of the two networks had been without a line since Monday.",
        "Sources in the ministry said that the wells would be closed.",
        "By Monday the river had reached the first houses of the lower village.",
        "Par ailleurs, le comité a demandé que les deux puits soient réparés avant l’hiver.",
        "Share prices fell in Lagos for a third day, and the naira with them.",
        "Le ministre a déclaré à la presse que le marché serait fermé jusqu’à lundi.",
        "وقال مصدر في الوزارة إن الآبار ستغلق حتى نهاية الشهر.",
        "شارك في الاجتماع ممثلون عن القريتين وعن لجنة المياه.",
        "كتب الوزير إلى اللجنة أن الآبار ستفتح بعد أسبوع من انتهاء أعمال الصيانة.",
        "اشترك في صياغة الاتفاق رعاة وفلاحون من القريتين.",
        "The parties signed up to the plan, and the council will receive the report in May.",
        "The error was found in March, when an inspector opened the accounts.",
    ],
)
def test_what_an_article_says_is_not_boilerplate(line: str) -> None:
    assert not is_boilerplate(line)


# ---------------------------------------------------------------- languages


@pytest.mark.parametrize(
    ("language", "text"),
    [
        *(("en", RAIN), ("fr", PLUIE), ("ar", MATAR)),
        (
            "es",
            (
                "Las lluvias llegaron con dos semanas de retraso y los campesinos sembraron dos veces "
                "antes de la cosecha."
            ),
        ),
        (
            "tr",
            ("Yağmurlar bu yıl iki hafta geç geldi ve doğudaki çiftçiler tohumlarını iki kez ekmek zorunda kaldı."),
        ),
        ("ru", "Дожди в этом году пришли на две недели позже, и крестьяне восточных районов сеяли дважды."),
        ("fa", "باران امسال دو هفته دیر آمد و کشاورزان ناحیه‌های شرقی پیش از آنکه بذر سبز شود دو بار کاشتند."),
        ("ur", "اس سال بارشیں دو ہفتے تاخیر سے ہوئیں اور مشرقی اضلاع کے کسانوں نے دو بار بیج بویا تھا۔"),
        (
            "sw",
            (
                "Mvua zilichelewa kwa wiki mbili mwaka huu, na wakulima wa wilaya za mashariki walipanda "
                "mtama mara mbili."
            ),
        ),
        (
            "ha",
            ("Ruwan sama ya makara da mako biyu a bana, kuma manoman gabas sun yi shuka sau biyu kafin ya tsiro."),
        ),
        (
            "so",
            "Roobabku sanadkan laba toddobaad ayay ka soo daaheen, beeralayduna laba jeer ayay wax beereen.",
        ),
    ],
)
def test_the_language_of_a_block_is_recognised(language: str, text: str) -> None:
    assert [block.language for block in segment(text)] == [language]


def test_short_blocks_take_the_language_of_the_document() -> None:
    assert {block.language for block in segment(f"[ad_1]\nAfghanistan\n{PLUIE}\nTable\n{PUITS}\n12")} == {"fr"}


def test_short_blocks_of_a_document_in_two_languages_take_the_likelier_one() -> None:
    assert [block.language for block in segment(f"أمطار في الشرق\n{MATAR}\nRain in the east\n{RAIN}")] == [
        *("ar", "ar", "en", "en"),
    ]


def test_a_document_of_short_blocks_is_read_as_a_whole() -> None:
    assert {block.language for block in segment("- Le puits est fermé\n- La pompe est ouverte\n- Il a plu")} == {"fr"}


def test_text_without_letters_has_no_language() -> None:
    assert segment("12 345\n...") == [Block(0, 6, "heading", "und"), Block(7, 10, "paragraph", "und")]


# ---------------------------------------------------------------- measurement and command


def test_agreement_counts_exact_spans_and_spans_with_their_kind() -> None:
    text = f"Rain\n{RAIN}\n{WELL}"
    spans = [(block.start, block.end) for block in segment(text)]
    kinds = {spans[0]: "heading", spans[1]: "caption", (spans[2][0], spans[2][1] - 1): "paragraph"}
    result = evaluate([LabelledDocument("a", text, "en", "newline", kinds)])["all"]
    assert result.boundary_f1 == pytest.approx(2 / 3)
    assert [result.kind_f1(kind) for kind in KINDS] == [0.0, 1.0, None, 0.0, None]
    assert result.macro_f1 == pytest.approx(1 / 3)


def test_the_command_prints_blocks_and_names_what_it_cannot_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text(f"أمطار\n{MATAR}", encoding="utf-8")
    (tmp_path / "in" / "b.txt").write_bytes(b"")
    (tmp_path / "in" / "c.txt").write_text(RAIN, encoding="utf-8")
    assert run([tmp_path], None, "test") == 1
    out, err = capsys.readouterr()
    lines = [json.loads(line) for line in out.splitlines()]
    assert [list(line) for line in lines] == [["document", "index", "start", "end", "kind", "language", "text"]] * 3
    assert [(line["document"], line["index"], line["text"]) for line in lines] == [
        *(("in/a.txt", 0, "أمطار"), ("in/a.txt", 1, MATAR), ("in/c.txt", 0, RAIN)),
    ]
    assert "أمطار" in out
    assert err.count("\n") == 1
    assert "b.txt: is empty" in err


def test_the_command_measures_the_part_that_was_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "documents").mkdir()
    entries, labels = [], []
    for name, text in (("a", RAIN), ("b", MATAR)):
        (tmp_path / "documents" / f"{name}.txt").write_text(text, encoding="utf-8")
        entries.append({"document": name, "language": "en" if name == "a" else "ar", "layout": "blank"})
        labels.append({"document": name, "start": 0, "end": len(text), "kind": "paragraph"})
    (tmp_path / "documents.jsonl").write_text("\n".join(map(json.dumps, entries)))
    (tmp_path / "labels.jsonl").write_text("\n".join(map(json.dumps, labels)))
    assert run([], tmp_path, "test", parts=lambda corpus: {"a": "train", "b": "test"}) == 0
    out = capsys.readouterr().out
    assert "language ar" in out
    assert "language en" not in out
    assert "1.000" in out


def test_measuring_on_a_folder_that_is_no_corpus_is_an_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([], tmp_path, "all") == 1
    assert "labels.jsonl" in capsys.readouterr().err


# ---------------------------------------------------------------- real and seed documents


@pytest.mark.skipif(not REAL.is_dir(), reason="the real documents are not beside the project")
def test_real_pages_are_cut_at_every_line_and_lose_no_line_of_the_article() -> None:
    labels: dict[str, dict[int, str]] = {}
    for line in (REAL / "labels.jsonl").read_text(encoding="utf-8").splitlines():
        label = json.loads(line)
        labels.setdefault(label["document"], {})[label["line"]] = label["kind"]
    for path in sorted(REAL.glob("*.txt")):
        text = read(path).text
        blocks = segment(text)
        assert [text[block.start : block.end] for block in blocks] == [
            line.strip() for line in text.split("\n") if line.strip()
        ]
        assert {block.language for block in blocks} == {"fr"} or {block.language for block in blocks} == {"ar"}
        for number, kind in labels.get(path.name, {}).items():
            assert blocks[number - 1].kind == kind, f"{path.name}, line {number}"


@pytest.mark.parametrize(
    ("layout", "least"),
    [("layout blank", 0.98), ("layout newline", 0.98), ("layout mixed", 0.98), ("layout wrapped", 0.98)],
)
def test_seed_documents_in_every_layout_are_cut_where_they_are_labelled(
    layout: str, least: float, seed_agreement: Callable[[str], float]
) -> None:
    assert seed_agreement(layout) >= least


@pytest.fixture(scope="module")
def seed_agreement() -> Callable[[str], float]:
    groups = evaluate(read_labelled(SEEDS))
    return lambda name: groups[name].boundary_f1
