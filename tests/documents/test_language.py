"""The language of each block of a document."""

from __future__ import annotations

import pytest

from paratheme.documents.language import languages_of
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
