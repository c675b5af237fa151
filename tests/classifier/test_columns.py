"""Columns and their types, known before anything is written."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from paratheme.classifier.columns import Column, Columns, as_text


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([], pa.string()),
        ([None, float("nan")], pa.string()),
        (["a", None], pa.string()),
        ([1, 2], pa.int64()),
        ([1, 0.5], pa.float64()),
        ([2**53 + 1, 0.5], pa.string()),
        ([2**63], pa.string()),
        ([True], pa.bool_()),
        ([True, 1], pa.string()),
        ([["a"], []], pa.list_(pa.string())),
        ([["a"], [1]], pa.string()),
        ([{"a": 1}], pa.string()),
        ([date(2024, 5, 1)], pa.date32()),
        ([date(2024, 5, 1), "2024"], pa.string()),
        ([datetime(2024, 5, 1), datetime(2024, 5, 1, tzinfo=UTC)], pa.string()),
        ([Decimal("1.25"), Decimal("100.5")], pa.decimal128(5, 2)),
    ],
)
def test_a_column_has_the_type_that_holds_all_its_values(values: list[Any], kind: pa.DataType) -> None:
    column = Column()
    for value in values:
        column.see(value)
    assert column.type == kind
    if kind != pa.string():
        assert pa.array(values, column.type).to_pylist() == values


def test_what_came_along_makes_way_for_our_columns() -> None:
    columns = Columns(["gaza"])
    columns.see({"score_gaza": "mine", "given_score_gaza": 1, "document": "d", "id": 7})
    assert columns.names[-4:] == ["score_gaza", "given_score_gaza", "given_given_score_gaza", "id"]
    assert list(columns.values({"scores": {"gaza": 0.5}, "score_gaza": "mine", "id": 7}))[-4:] == [0.5, "mine", None, 7]


def test_a_date_is_written_as_it_is_said() -> None:
    assert (as_text(date(2024, 5, 1)), as_text(["é"]), as_text("x")) == ("2024-05-01", '["é"]', "x")
