"""An encoder that another library runs gives what it gave before, and is kept as other encoders are."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.base import clone

from paratheme.classifier.storage import ENGINE_FILES
from paratheme.errors import ParathemeError
from paratheme.models import engines
from paratheme.models.engines import ENGINES, Engine, OpenVinoEngine, require
from paratheme.models.export import exported
from paratheme.models.finetuned import FinetunedModel
from paratheme.models.settings import EncoderSettings

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("exact")]


@pytest.fixture(scope="module", params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    for package in ENGINES[request.param].packages:
        pytest.importorskip(package, reason=f"the extra {request.param} is not installed")
    return str(request.param)


@pytest.fixture(scope="module")
def model(tiny_encoder: Path, texts: list[str], labels: Any, cache: Path, exact: None) -> FinetunedModel:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PARATHEME_CACHE", str(cache))
        settings = EncoderSettings(path=str(tiny_encoder), max_length=32)
        return FinetunedModel(settings, epochs=0, head_C=1.0).fit(texts, labels)


@pytest.fixture(scope="module")
def copy(engine: str, model: FinetunedModel, tmp_path_factory: pytest.TempPathFactory) -> FinetunedModel:
    """The model, its encoder run by an engine."""
    return exported(model, engine, tmp_path_factory.mktemp(engine), ())


def test_texts_of_any_length_and_number_get_the_scores_they_had(
    copy: FinetunedModel, model: FinetunedModel, texts: list[str]
) -> None:
    asked = [*texts, "bread", " ".join(texts[:9]), ""]
    expected = model.predict_proba(asked)
    np.testing.assert_allclose(copy.predict_proba(asked), expected, atol=2e-3)  # weights are kept in 16 bits
    assert not isinstance(model.encoder_.model, Engine)


def test_a_saved_copy_is_loaded_by_its_engine_and_can_be_saved_again(
    engine: str, copy: FinetunedModel, model: FinetunedModel, texts: list[str], tmp_path: Path
) -> None:
    expected = copy.predict_proba(texts)
    folders = [tmp_path / "saved", tmp_path / "again"]
    for folder in folders:
        folder.mkdir()
        copy.save(folder)
        copy = clone(model).load(folder)
        assert copy.encoder_.model.name == engine
        np.testing.assert_allclose(copy.predict_proba(texts), expected, atol=1e-5)
    files = {path.name for path in (folders[1] / "encoder").iterdir()}
    assert not any(name.endswith(".safetensors") for name in files)
    assert set(ENGINES[engine].files) <= files


def test_several_threads_can_ask_at_once(copy: FinetunedModel, texts: list[str]) -> None:
    expected = copy.predict_proba(texts)
    with ThreadPoolExecutor(4) as pool:
        for scores in pool.map(copy.predict_proba, [texts] * 8):
            np.testing.assert_allclose(scores, expected, atol=1e-5)


def test_in_8_bits_the_linear_layer_makes_up_for_what_is_rounded(
    engine: str, model: FinetunedModel, texts: list[str], tmp_path: Path
) -> None:
    expected = model.predict_proba(texts)
    copy = exported(model, engine, tmp_path, texts, int8=True)
    difference = np.abs(copy.predict_proba(texts) - expected).max()
    unfitted, copy.head_ = copy.head_, model.head_
    assert difference <= np.abs(copy.predict_proba(texts) - expected).max() + 1e-6
    assert difference < 0.1
    assert unfitted is not model.head_


def test_a_missing_library_is_told_with_the_extra_that_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "find_spec", lambda name: None)
    with pytest.raises(ParathemeError, match=r"needs openvino and nncf; pip install 'paratheme\[openvino\]'"):
        require(OpenVinoEngine, OpenVinoEngine.packages)


def test_no_engine_reports_to_its_makers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "openvino_telemetry", raising=False)
    require(OpenVinoEngine, ())
    with pytest.raises(ImportError):
        __import__("openvino_telemetry")


def test_a_saved_classifier_may_hold_the_files_of_every_engine_and_no_others() -> None:
    files = {f"model/encoder/{name}" for engine in ENGINES.values() for name in engine.files}
    assert set(ENGINE_FILES) == files


SIGNALLED = """
import signal, sys, threading
from pathlib import Path
from paratheme.models.engines import Engine

held = [Engine.in_folder(Path(sys.argv[1]))]
letting_go = threading.Thread(target=held.clear)
letting_go.start()
letting_go.join()
signal.signal(signal.SIGTERM, lambda *_: print("heard"))
signal.raise_signal(signal.SIGTERM)
"""


def test_a_signal_is_heard_after_an_engine_was_let_go(copy: FinetunedModel) -> None:
    program = [sys.executable, "-c", SIGNALLED, str(copy.encoder_.model.folder)]
    done = subprocess.run(program, capture_output=True, text=True, check=False)
    assert (done.stdout, done.returncode) == ("heard\n", 0), done.stderr
