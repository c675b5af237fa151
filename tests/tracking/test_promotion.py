"""Who becomes champion: a run that is no worse anywhere, or one that a person insists on."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from paratheme.errors import ParathemeError
from paratheme.evaluation.bootstrap import Resampling
from paratheme.evaluation.predictions import Results
from paratheme.tracking import registry
from paratheme.tracking.leaderboard import Entry
from paratheme.tracking.promotion import Comparison, compare_slices, run, undo, worst_loss
from paratheme.tracking.registry import LoggedRun

WORSE_ARABIC = {"ar": 0.35, "en": 0.05, "fr": 0.05}


@pytest.fixture
def champion(workplace: SimpleNamespace, log_test: Any) -> Iterator[str]:
    """A run whose model is champion; afterwards nobody is."""
    run_id = log_test("champion", wrong=0.1)
    version = registry.version_of_run(run_id)
    assert version is not None
    registry.crown(version, None)
    yield run_id
    for alias in ("champion", "previous"):
        workplace.client.delete_registered_model_alias("paratheme", alias)


def holder(alias: str) -> str | None:
    version = registry.version_with_alias(alias)
    return version.run_id if version else None


def test_a_better_run_becomes_champion_and_the_former_one_previous(
    champion: str, log_test: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    better = log_test("better", wrong=0.02)
    assert run("better", 0.02, None) == 0
    assert (holder("champion"), holder("previous")) == (better, champion)
    said = capsys.readouterr()
    assert "is now the champion; before: models:/paratheme/" in said.out
    assert said.err == ""
    assert {"gaza", "sudan", "food_security", "ar", "en", "fr"} <= {
        line.split()[0] for line in said.out.splitlines() if line.split()
    }


def test_a_run_that_makes_arabic_worse_is_refused_with_the_figure(
    champion: str, log_test: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    log_test("arabic", wrong=WORSE_ARABIC)
    assert run("arabic", 0.02, None) == 1
    said = capsys.readouterr().err
    assert said.startswith("paratheme: not promoted: F1 on ar falls by 0.")
    assert said.count("\n") == 1
    assert "(margin 0.02, support 80, 95% of the difference -0." in said
    assert holder("champion") == champion


def test_a_wide_margin_lets_it_pass(champion: str, log_test: Any) -> None:
    arabic = log_test("tolerated", wrong=WORSE_ARABIC)
    assert run("tolerated", 0.9, None) == 0
    assert holder("champion") == arabic


def test_force_overrules_and_the_reason_stays_with_version_and_run(
    champion: str, log_test: Any, workplace: SimpleNamespace
) -> None:
    forced = log_test("forced", wrong=WORSE_ARABIC)
    assert run("forced", 0.02, "a new desk reads no Arabic") == 0
    version = workplace.client.get_model_version_by_alias("paratheme", "champion")
    assert version.run_id == forced
    assert version.tags["promotion_reason"] == "a new desk reads no Arabic"
    assert workplace.client.get_run(forced).data.tags["promotion_reason"] == "a new desk reads no Arabic"


def test_undo_changes_champion_and_previous_and_can_be_undone(champion: str, log_test: Any) -> None:
    better = log_test("brief", wrong=0.02)
    run("brief", 0.02, None)
    assert undo() == 0
    assert (holder("champion"), holder("previous")) == (champion, better)
    assert undo() == 0
    assert (holder("champion"), holder("previous")) == (better, champion)


def test_without_a_previous_champion_there_is_nothing_to_undo(champion: str) -> None:
    with pytest.raises(ParathemeError, match="no previous champion"):
        undo()


def test_without_a_champion_a_run_becomes_one_unopposed(workplace: SimpleNamespace, log_test: Any) -> None:
    first = log_test("first", wrong=0.3)
    assert run("first", 0.02, None) == 0
    assert (holder("champion"), holder("previous")) == (first, None)
    workplace.client.delete_registered_model_alias("paratheme", "champion")


def test_the_champion_itself_stays(champion: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(champion, 0.02, None) == 0
    assert "is the champion already" in capsys.readouterr().out
    assert holder("previous") is None


def test_other_data_is_refused_until_the_champion_took_the_same_test(champion: str, log_test: Any) -> None:
    newer = log_test("newer", wrong=0.02, data=7)
    with pytest.raises(ParathemeError, match=r"different data; .* paratheme evaluate models:/paratheme/\d+ CORPUS"):
        run("newer", 0.02, None)
    assert holder("champion") == champion
    log_test("evaluation", {"source_run_id": champion}, register=False, wrong=0.1, data=7)
    assert run("newer", 0.02, None) == 0
    assert holder("champion") == newer


def test_a_run_without_a_registered_model_cannot_be_champion(champion: str, log_test: Any) -> None:
    log_test("bare", register=False)
    with pytest.raises(ParathemeError, match="no registered model"):
        run("bare", 0.02, None)


@pytest.mark.parametrize("margin", [-0.1, 1.5, np.nan])
def test_a_margin_that_is_no_difference_is_refused(champion: str, margin: float) -> None:
    with pytest.raises(ParathemeError, match="--margin"):
        run(champion, margin, None)


def test_few_examples_decide_nothing_and_the_margin_itself_is_allowed() -> None:
    assert worst_loss([Comparison("gaza", 9, 9, 0.9, 0.1)], 0.02) == ""
    assert worst_loss([Comparison("gaza", 10, 10, 0.9, 0.88)], 0.02) == ""
    assert worst_loss([Comparison("gaza", 10, 10, np.nan, np.nan)], 0.02) == ""
    lost = [Comparison("gaza", 10, 12, 0.9, 0.8, -0.2, 0.01), Comparison("fr", 50, 30, 0.9, 0.7, -0.3, -0.1)]
    assert worst_loss(lost, 0.02) == (
        "F1 on fr falls by 0.200, from 0.900 to 0.700 (margin 0.02, support 50, 95% of the difference -0.300 to "
        "-0.100); also worse: gaza (-0.100)"
    )
    assert worst_loss(lost[:1], 0.02).endswith("-0.200 to +0.010, so it may be chance)")


def test_false_alarms_count_against_a_run_where_there_is_nothing_to_find() -> None:
    def entry(decided: int) -> Entry:
        frame = {name: [""] * 40 for name in ("kind", "genre", "layout")}
        frame |= {"document": [f"d{i}" for i in range(40)], "story": [f"s{i}" for i in range(40)]}
        frame |= {"language": ["fr", "en"] * 20, "start": [0] * 40, "end": [9] * 40, "length": [9] * 40}
        frame |= {"text_hash": [f"{i}" for i in range(40)], "gold/gaza": [0, 1] * 20}
        frame |= {"decided/gaza": [decided, 1] * 20, "score/gaza": [0.5] * 40}
        return Entry(LoggedRun("0", "run"), Results(pd.DataFrame(frame)))

    compared = {one.slice: one for one in compare_slices(entry(1), entry(0), Resampling(50))}
    assert (compared["fr"].champion, compared["fr"].run, compared["fr"].decisive) == (1, 0, True)
    assert worst_loss(list(compared.values()), 0.02).startswith("F1 on fr falls by 1.000")
    unchanged = {one.slice: one for one in compare_slices(entry(0), entry(0), Resampling(50))}
    assert np.isnan(unchanged["fr"].difference)
    assert not unchanged["fr"].decisive


def test_a_test_on_training_blocks_is_no_fair_one(champion: str, log_test: Any) -> None:
    log_test("newer", wrong=0.02, data=7)
    tags = {"source_run_id": champion, "seen_in_training": "12"}
    log_test("evaluation", tags, register=False, wrong=0.1, data=7)
    with pytest.raises(ParathemeError, match="was trained on 12 of the blocks it was tested on"):
        run("newer", 0.02, None)
    assert run("newer", 0.02, "seen and accepted") == 0


def test_a_champion_whose_run_is_gone_gives_way_by_force_alone(
    champion: str, log_test: Any, workplace: SimpleNamespace
) -> None:
    log_test("newer", wrong=0.02)
    workplace.client.delete_run(champion)
    with pytest.raises(ParathemeError, match="the run that trained it is gone; --force"):
        run("newer", 0.02, None)
    workplace.client.restore_run(champion)
