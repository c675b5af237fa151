"""Segmentation measured on documents that its rules were not made from."""

from __future__ import annotations

import re

from tests.journeys.conftest import ROOT, Paratheme


def test_blocks_and_kinds_are_found_in_documents_kept_apart(paratheme: Paratheme) -> None:
    printed = paratheme("segment", "--evaluate", ROOT / "seeds").stdout
    overall = next(line for line in printed.splitlines() if re.match(r"\W*all\b", line))
    figures = [float(figure) for figure in re.findall(r"\d\.\d{3}", overall)]
    boundary, macro = figures[0], figures[-1]
    assert boundary >= 0.98
    assert macro >= 0.90
