"""The language of each block of a document."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from paratheme.documents.language import languages_of, languages_of_each
from tests.documents.examples import MATAR, PLUIE, PUITS, RAIN


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
    assert languages_of([text]) == [language]


def test_short_blocks_take_the_language_of_the_document() -> None:
    assert languages_of(["[ad_1]", "Afghanistan", PLUIE, "Table", PUITS, "12"]) == ["fr"] * 6


def test_short_blocks_of_a_document_in_two_languages_take_the_likelier_one() -> None:
    assert languages_of(["أمطار في الشرق", MATAR, "Rain in the east", RAIN]) == ["ar", "ar", "en", "en"]


def test_a_block_without_letters_takes_the_language_that_most_of_the_document_is_in() -> None:
    assert languages_of([RAIN, "12", MATAR, MATAR]) == ["en", "ar", "ar", "ar"]


def test_a_document_of_short_blocks_is_read_as_a_whole() -> None:
    assert languages_of(["- Le puits est fermé", "- La pompe est ouverte", "- Il a plu"]) == ["fr"] * 3


def test_text_without_letters_has_no_language() -> None:
    assert languages_of(["12 345", "..."]) == ["und", "und"]


def test_no_blocks_have_no_languages() -> None:
    assert languages_of([]) == []


# Texts of their own


def test_each_row_of_a_table_is_a_text_of_its_own() -> None:
    texts = ["Pluies tardives au village", "أمطار متأخرة في القرية", "Late rains in the village", "12", PLUIE, RAIN]
    assert languages_of_each(texts) == ["fr", "ar", "en", "und", "fr", "en"]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ar", "سوق مفتوح"),
        ("ar", "فتحت السوق أبوابها"),
        ("fa", "بازار شهر باز شد"),
        ("fa", "چند پنجره"),
        ("ur", "بازار کھل گیا ہے"),
        ("ur", "گاؤں میں بازار"),
        ("ps", "د ښار بازار"),
        ("ru", "Рынок открыт"),
        ("uk", "Ринок відчинено, люди їдуть"),
        ("sr", "Пијаца је отворена"),
        ("el", "Αγορά"),
        ("he", "שוק"),
        ("th", "ตลาด"),
        ("ko", "시장"),
        ("ja", "市場が開く"),
        ("zh", "市场开门"),
        ("zh", "市场在Dosso开门"),
        ("am", "ገበያ"),
        ("ta", "சந்தை"),
    ],
)
def test_script_and_letters_tell_the_language_of_a_short_text(language: str, text: str) -> None:
    assert languages_of_each([text]) == [language]


@pytest.mark.parametrize("text", ["OK", "Dosso", "12:30", "", "A1", "—"])
def test_a_text_that_says_too_little_has_no_known_language(text: str) -> None:
    assert languages_of_each([text]) == ["und"]


def test_a_short_block_in_a_script_of_its_own_is_not_in_the_language_of_the_others() -> None:
    assert languages_of([PLUIE, "سوق القرية", PUITS, "Рынок открыт"]) == ["fr", "ar", "fr", "ru"]


def test_what_a_text_is_beside_changes_nothing_when_it_is_one_of_its_own() -> None:
    texts = ["Le puits", PLUIE, "سوق", MATAR, "The well", RAIN]
    assert languages_of_each(texts) == [language for text in texts for language in languages_of_each([text])]


def test_entities_and_tags_are_in_no_language() -> None:
    escaped = "".join(f"&#{ord(letter)};" for letter in "فتحت السوق أبوابها")
    assert languages_of_each([escaped, "<p class='lead'>Le march&eacute; est ouvert</p>"]) == ["ar", "fr"]
    assert languages_of([escaped, PLUIE.replace("é", "&eacute;")]) == ["ar", "fr"]


SENTENCES = Path(__file__).parents[3] / "shared" / "sib200"
CODES = {
    "arb_Arab": "ar", "eng_Latn": "en", "fra_Latn": "fr", "hau_Latn": "ha", "ind_Latn": "id", "pes_Arab": "fa",
    "rus_Cyrl": "ru", "som_Latn": "so", "spa_Latn": "es", "swh_Latn": "sw", "tur_Latn": "tr", "urd_Arab": "ur",
    "zho_Hans": "zh",
}  # fmt: skip


@pytest.mark.skipif(not SENTENCES.is_dir(), reason="no SIB-200 here")
@pytest.mark.parametrize(
    ("length", "alone", "in_a_document"), [(20, 0.93, 0.99), (40, 0.99, 0.995), (80, 0.995, 0.995)]
)
def test_beginnings_of_sentences_in_13_languages_are_recognised(
    length: int, alone: float, in_a_document: float
) -> None:
    right = right_in_document = wrong = count = 0
    for folder, language in CODES.items():
        with (SENTENCES / folder / "dev.tsv").open(encoding="utf-8", newline="") as file:
            texts = [row["text"][:length] for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)]
        found = languages_of_each(texts)
        count += len(texts)
        right += found.count(language)
        wrong += len(texts) - found.count(language) - found.count("und")
        documents = [languages_of(texts[start : start + 10]) for start in range(0, len(texts), 10)]
        right_in_document += sum(blocks.count(language) for blocks in documents)
    assert right / count >= alone
    assert wrong / count <= 0.03
    assert right_in_document / count >= in_a_document


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("RT @thewell: جفت الآبار في القرية https://example.org/abcdefghij", "ar"),
        ("@mairie Les puits du village sont fermés depuis lundi https://example.org/x1y2z3", "fr"),
        ("ﺟﻔﺖ ﺍﻵﺑﺎﺭ ﻓﻲ ﺍﻟﻘﺮﻳﺔ", "ar"),
    ],
)
def test_addresses_names_of_accounts_and_shaped_letters_hide_no_language(text: str, language: str) -> None:
    assert languages_of_each([text]) == [language]
