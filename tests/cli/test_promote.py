"""`paratheme promote`: a run that is no worse anywhere becomes champion, or one that a person insists on."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from paratheme.cli import promote
from paratheme.errors import ParathemeError
from paratheme.tracking.registry import HISTORY, find_version, set_champion, version_of_run
from tests.cli.conftest import Command

WORSE_ARABIC = {"ar": 0.35, "en": 0.05, "fr": 0.05}


@pytest.fixture
def champion(workplace: SimpleNamespace, log_test: Any) -> Iterator[str]:
    """A run whose model is champion; afterwards nobody is."""
    run_id = log_test("champion", wrong=0.1)
    version = version_of_run(run_id)
    assert version is not None
    set_champion(version)
    yield run_id
    forget_champions(workplace)


def forget_champions(workplace: SimpleNamespace) -> None:
    for alias in ("champion", "previous"):
        workplace.client.delete_registered_model_alias("paratheme", alias)
    workplace.client.delete_registered_model_tag("paratheme", HISTORY)


def holder(alias: str) -> str | None:
    try:
        return find_version(f"models:/paratheme@{alias}").run_id
    except ParathemeError:
        return None


def test_what_was_typed_reaches_it(monkeypatch: pytest.MonkeyPatch, command: Command) -> None:
    asked: list[Any] = []
    version = SimpleNamespace(uri="models:/paratheme/1")

    def promoted(*given: Any) -> Any:
        asked.append(given)
        return promote.Promotion(version, None)  # type: ignore[arg-type]

    monkeypatch.setattr(promote, "promote", promoted)
    monkeypatch.setattr(promote, "undo", lambda themes: asked.append("undo") or (version, version))
    command("promote", "a")
    command("promote", "a", "--margin", "0", "--force", "--reason", "why")
    command("promote", "--undo")
    assert asked == [("a", 0.02, None, False), ("a", 0.0, "why", False), "undo"]


def test_a_better_run_becomes_champion_and_the_former_one_previous(
    champion: str, log_test: Any, command: Command
) -> None:
    better = log_test("better", wrong=0.02)
    said = command("promote", "better")
    assert (holder("champion"), holder("previous")) == (better, champion)
    assert "is now the champion; before: models:/paratheme/" in said.out
    assert said.err == ""
    assert {"gaza", "sudan", "food_security", "ar", "en", "fr"} <= {line[0] for line in said.lines}


def test_a_run_that_makes_arabic_worse_is_refused_with_the_figure(
    champion: str, log_test: Any, command: Command
) -> None:
    log_test("arabic", wrong=WORSE_ARABIC)
    said = command("promote", "arabic", status=1)
    assert said.err.startswith("paratheme: not promoted: F1 on ar falls by 0.")
    assert said.err.count("\n") == 1
    assert "(margin 0.02, support 80, 95% of the difference -0." in said.err
    assert said.err.endswith("; --force --reason TEXT overrules\n")
    assert ["ar", "worse"] in [[line[0], line[-1]] for line in said.lines]
    assert holder("champion") == champion


def test_a_wide_margin_lets_it_pass(champion: str, log_test: Any, command: Command) -> None:
    arabic = log_test("tolerated", wrong=WORSE_ARABIC)
    command("promote", "tolerated", "--margin", "0.9")
    assert holder("champion") == arabic


def test_force_overrules_and_the_reason_stays_with_version_and_run(
    champion: str, log_test: Any, command: Command, workplace: SimpleNamespace
) -> None:
    forced = log_test("forced", wrong=WORSE_ARABIC)
    said = command("promote", "forced", "--force", "--reason", "a new desk reads no Arabic")
    assert len(said.lines) == 1, "nothing was compared"
    version = workplace.client.get_model_version_by_alias("paratheme", "champion")
    assert version.run_id == forced
    assert version.tags["promotion_reason"] == "a new desk reads no Arabic"
    assert workplace.client.get_run(forced).data.tags["promotion_reason"] == "a new desk reads no Arabic"


def test_undo_goes_back_to_the_champion_before_and_the_history_tells(
    champion: str, log_test: Any, command: Command
) -> None:
    better = log_test("brief", wrong=0.02)
    command("promote", "brief")
    assert len(command("promote", "--history").out.split("models:/paratheme/")) == 3
    assert "is the champion again; before: models:/paratheme/" in command("promote", "--undo").out
    assert (holder("champion"), holder("previous")) == (champion, None)
    assert better != champion
    rows = [
        line for line in command("promote", "--history").lines if any("models:/paratheme/" in cell for cell in line)
    ]
    assert [len(row) for row in rows] == [2, 3], "what was undone is told with when"


def test_a_dry_run_shows_the_comparison_and_changes_nothing(champion: str, log_test: Any, command: Command) -> None:
    log_test("tried", wrong=0.02)
    said = command("promote", "tried", "--dry-run")
    assert "would become the champion; before: models:/paratheme/" in said.out
    assert ["macro", "average"] in [line[:2] for line in said.lines]
    assert holder("champion") == champion


def test_without_a_previous_champion_there_is_nothing_to_undo(champion: str, command: Command) -> None:
    assert "no champion before the present one" in command("promote", "--undo", status=1).err


def test_without_a_champion_a_run_becomes_one_unopposed(
    workplace: SimpleNamespace, log_test: Any, command: Command
) -> None:
    first = log_test("first", wrong=0.3)
    assert command("promote", "first").out.endswith("is now the champion\n")
    assert (holder("champion"), holder("previous")) == (first, None)
    forget_champions(workplace)


def test_the_champion_itself_stays(champion: str, command: Command) -> None:
    assert "is the champion already" in command("promote", champion).out
    assert (holder("champion"), holder("previous")) == (champion, None)


def test_other_data_is_refused_until_the_champion_took_the_same_test(
    champion: str, log_test: Any, command: Command
) -> None:
    newer = log_test("newer", wrong=0.02, data=7)
    said = command("promote", newer, status=1)
    assert "different data" in said.err
    assert "paratheme evaluate models:/paratheme/" in said.err
    assert holder("champion") == champion
    log_test("evaluation", {"source_run_id": champion}, register=False, wrong=0.1, data=7)
    command("promote", newer)
    assert holder("champion") == newer


def test_a_run_without_a_registered_model_cannot_be_champion(champion: str, log_test: Any, command: Command) -> None:
    log_test("bare", register=False)
    assert "no registered model" in command("promote", "bare", status=1).err


@pytest.mark.parametrize("margin", ["-0.1", "1.5", "nan"])
def test_a_margin_that_is_no_difference_is_refused(command: Command, margin: str) -> None:
    said = command("promote", "run", f"--margin={margin}", status=2)
    assert said.err.startswith("paratheme: --margin ")
    assert said.err.count("\n") == 1


def test_a_test_on_training_blocks_is_no_fair_one_but_can_be_accepted(
    champion: str, log_test: Any, command: Command
) -> None:
    newer = log_test("newer", wrong=0.02, data=8)
    tags = {"source_run_id": champion, "seen_in_training": "12"}
    log_test("evaluation", tags, register=False, wrong=0.1, data=8)
    assert "was trained on 12 of the blocks it was tested on" in command("promote", newer, status=1).err
    command("promote", newer, "--force", "--reason", "seen and accepted")
    assert holder("champion") == newer


def test_a_champion_whose_run_is_gone_gives_way_by_force_alone(
    champion: str, log_test: Any, command: Command, workplace: SimpleNamespace
) -> None:
    newer = log_test("newer", wrong=0.02)
    workplace.client.delete_run(champion)
    assert "the run that trained it is gone; --force" in command("promote", newer, status=1).err
    command("promote", newer, "--force", "--reason", "it is gone")
    assert holder("champion") == newer
