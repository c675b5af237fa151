"""A word that was divided at the end of a line becomes whole again, and a compound stays one."""

from __future__ import annotations

import pytest

from paratheme.documents.divided_words import joined


@pytest.mark.parametrize(
    ("above", "below", "expected"),
    [
        ("ont dit les éleveurs inter-", "rogés lundi.", "ont dit les éleveurs interrogés lundi."),
        ("Первые гру-", "зовики пришли", "Первые грузовики пришли"),
        ("nüfusun yarısı kıtlık-", "tan kaçtı", "nüfusun yarısı kıtlıktan kaçtı"),
        ("the harv\u00ad", "est was late", "the harvest was late"),
        ("déplacés à El-", "Fasher", "déplacés à El-Fasher"),
        ("les pourparlers du cessez-", "le-feu reprennent", "les pourparlers du cessez-le-feu reprennent"),
        ("un cessez-le-", "feu tient", "un cessez-le-feu tient"),
        ("a déclaré que dix-", "huit millions", "a déclaré que dix-huit millions"),
        ("« Nous attendons », dit-", "il.", "« Nous attendons », dit-il."),
        ("between 2023-", "2024 and", "between 2023-2024 and"),
        ("the COVID-", "19 wards", "the COVID-19 wards"),
        ("he said -", "and left", "he said - and left"),
        ("the well -", "Dry", "the well - Dry"),
        ("the wells of the", "valley", "the wells of the valley"),
        ("the pre-", "«war» years", "the pre- «war» years"),
    ],
)
def test_two_lines_are_one_text(above: str, below: str, expected: str) -> None:
    assert joined(above, below) == expected
