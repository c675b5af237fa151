"""Sentences and helpers that the tests of several modules share."""

from __future__ import annotations

from pathlib import Path

import pytest

from paratheme.documents.readers import DocumentError, read
from paratheme.documents.segmentation import segment

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


def kinds_in(*lines: str) -> list[str]:
    blocks = segment("\n".join(lines))
    assert len(blocks) == len(lines)
    return [block.kind for block in blocks]


def written(folder: Path, name: str, data: bytes | str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def refusal(path: Path) -> str:
    with pytest.raises(DocumentError) as caught:
        read(path)
    message = str(caught.value)
    assert path.name in message
    assert "\n" not in message
    assert ";" in message, "a message names the remedy after the reason"
    return message
