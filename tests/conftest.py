"""What several test modules share: a small theme set, small corpora, a tiny encoder, an MLflow store."""

from __future__ import annotations

import gc
import json
import logging
import os
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

os.environ.setdefault("HF_HUB_OFFLINE", "1")  # no test asks a hub

import numpy as np
import pytest
from hypothesis import settings

from paratheme.themes.theme import Theme
from paratheme.themes.theme_set import ThemeSet

# Machines that test are shared: time proves nothing. HYPOTHESIS_PROFILE=thorough looks at ten times as many examples.
settings.register_profile("quick", deadline=None, max_examples=30)
settings.register_profile("thorough", deadline=None, max_examples=300)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))

SENTENCES = {
    ("en", "gaza"): "Bombs fell on Gaza again and the hospital in Rafah was hit",
    ("en", "sudan"): "Fighting in Sudan spread from Khartoum towards Darfur",
    ("en", "food_security"): "Famine threatens families and bread has become too dear",
    ("en", ""): "The museum opened its doors and children played music",
    ("fr", "gaza"): "Les bombes sont tombées sur Gaza et un hôpital de Rafah est touché",
    ("fr", "sudan"): "Les combats au Soudan gagnent Khartoum et le Darfour",
    ("fr", "food_security"): "La famine menace les familles et le pain est devenu trop cher",
    ("fr", ""): "Le musée a ouvert ses portes et les enfants ont joué de la musique",
}
PLACES = ("market", "school", "port", "bridge", "square", "station", "garden", "library", "tower", "mill")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, journeys and trainings, so that processes that share the tests end together."""
    items.sort(key=lambda item: ("journeys" not in item.path.parts, "training" not in item.path.parts))


def pytest_collection_finish() -> None:
    """Leave what was imported to here out of every later garbage collection, of which the Trainer makes many."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    """Undo what a training that a test ran set up for its messages."""
    root, ours = logging.getLogger(), logging.getLogger("paratheme")
    handlers, level = list(root.handlers), ours.level
    yield
    root.handlers[:] = handlers
    ours.setLevel(level)


@pytest.fixture(scope="session")
def themes() -> ThemeSet:
    return ThemeSet(
        name="desk",
        themes=(
            Theme(id="gaza", names={"en": "Gaza", "ar": "غزة"}, words={"en": ("Gaza", "Rafah")}),
            Theme(id="sudan", names={"en": "Sudan", "fr": "Soudan"}, words={"en": ("Sudan", "Soudan", "Khartoum")}),
            Theme(id="food_security", names={"en": "Food security"}, words={"en": ("famine", "bread", "pain")}),
        ),
    )


@pytest.fixture(scope="session")
def rows() -> list[dict[str, Any]]:
    """Eighty short blocks in forty documents and forty stories, English and French."""
    found = []
    for story in range(10):
        for (language, theme), sentence in SENTENCES.items():
            text = f"{sentence} near the {PLACES[story]}, reports number {story} say."
            labels = [theme] if theme else []
            if theme == "gaza" and story % 3 == 0:
                text, labels = f"{text} Famine is near.", ["gaza", "food_security"]
            found.append(
                {
                    "document": f"{language}-{theme or 'none'}-{story}",
                    "text": text,
                    "language": language,
                    "themes": labels,
                    "story": f"{theme or 'none'}-{story}",
                }
            )
    return found


@pytest.fixture(scope="session")
def table(rows: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same blocks as a table."""
    path = tmp_path_factory.mktemp("corpus") / "blocks.jsonl"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return path


@pytest.fixture(scope="session")
def texts(rows: list[dict[str, Any]]) -> list[str]:
    return [row["text"] for row in rows]


@pytest.fixture(scope="session")
def labels(rows: list[dict[str, Any]], themes: ThemeSet) -> Any:
    return np.array([[int(theme in row["themes"]) for theme in themes.ids] for row in rows])


@pytest.fixture(scope="module")
def exact() -> Iterator[None]:
    """Encoders compute in float32, so that two ways can be compared."""
    from paratheme.models.compute import fastest

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PARATHEME_PRECISION", "float32")
        fastest.cache_clear()
        yield
    fastest.cache_clear()


@pytest.fixture(scope="session")
def tiny_encoder(texts: list[str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkpoint folder: two layers of 32 random weights each, and a tokenizer that knows our words."""
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    torch.set_num_threads(1)  # for matrices this small more threads only wait for each other
    folder = tmp_path_factory.mktemp("encoders") / "tiny"
    splitter = pre_tokenizers.BertPreTokenizer()
    words = sorted({word for text in ["query :", *texts] for word, _ in splitter.pre_tokenize_str(text)})
    vocabulary = {token: i for i, token in enumerate(["<pad>", "<s>", "</s>", "<unk>", "<mask>", *words])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    tokenizer.pre_tokenizer = splitter
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 1), ("</s>", 2)]
    )
    special = {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>", "pad_token": "<pad>"}
    special |= {"cls_token": "<s>", "sep_token": "</s>", "mask_token": "<mask>"}
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, model_max_length=64, **special).save_pretrained(folder)
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = BertModel(
            BertConfig(
                vocab_size=len(vocabulary),
                hidden_size=32,
                num_hidden_layers=2,
                num_attention_heads=2,
                intermediate_size=64,
                max_position_embeddings=64,
                pad_token_id=0,
                initializer_range=0.2,  # wide enough that different texts get different vectors
            )
        )
    model.save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An MLflow database without a run, to copy: making its tables takes seconds."""
    from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore

    folder = tmp_path_factory.mktemp("store")
    SqlAlchemyStore(f"sqlite:///{folder / 'mlflow.db'}", str(folder / "mlruns"))
    return folder / "mlflow.db"


@pytest.fixture(scope="module")
def workplace(empty_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    """A working directory with an MLflow store of its own, which every test of a module shares."""
    import shutil

    import mlflow

    folder = tmp_path_factory.mktemp("workplace")
    shutil.copy(empty_store, folder / "mlflow.db")
    uri = f"sqlite:///{folder / 'mlflow.db'}"
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("MLFLOW_TRACKING_URI", uri)
        patch.delenv("MLFLOW_EXPERIMENT_ID", raising=False)
        patch.setenv("PARATHEME_CACHE", str(folder / "cache"))
        mlflow.set_tracking_uri(uri)
        yield SimpleNamespace(folder=folder, uri=uri, client=mlflow.MlflowClient())
        os.environ.pop("MLFLOW_EXPERIMENT_ID", None)
        mlflow.set_tracking_uri("")


@pytest.fixture
def predictions() -> Any:
    """Make what a run kept of a test on 240 made-up blocks: labels by seed, errors by language."""
    import pandas as pd

    from paratheme.evaluation.predictions import Predictions

    def make(
        wrong: float | dict[str, float] = 0.1,
        errors: int = 0,
        data: int = 0,
        blocks: int = 240,
        themeless: bool = False,
    ) -> Predictions:
        random = np.random.default_rng(data)
        languages = [("ar", "en", "fr")[i % 3] for i in range(blocks)]
        y_true = (random.random((blocks, 3)) < (0 if themeless else 0.35)).astype(np.int8)
        share = np.array([wrong if isinstance(wrong, float) else wrong[language] for language in languages])
        mistaken = np.random.default_rng(errors + 100).random(y_true.shape) < share[:, None]
        y_pred = np.where(mistaken, 1 - y_true, y_true).astype(np.int8)
        document = [f"d{i // 6}" for i in range(blocks)]
        frame = {"document": document, "start": range(blocks), "end": range(1, blocks + 1), "story": document}
        frame |= {"language": languages, "kind": "paragraph", "genre": "", "layout": "blank", "length": 200}
        frame["text_hash"] = [f"{data}-{i}" for i in range(blocks)]
        for i, theme in enumerate(("gaza", "sudan", "food_security")):
            frame |= {f"y_true/{theme}": y_true[:, i], f"y_pred/{theme}": y_pred[:, i]}
            frame[f"score/{theme}"] = (0.8 * y_pred[:, i] + 0.1).astype(np.float32)
        return Predictions(pd.DataFrame(frame))

    return make


@pytest.fixture
def log_test(workplace: SimpleNamespace, predictions: Any) -> Any:
    """Log a run with predictions as `predictions` makes them, and register a model of it; return the run's id."""
    from paratheme.evaluation.evaluation import Evaluation
    from paratheme.tracking import log, store
    from paratheme.tracking.open_run import open_run

    def log_one(name: str, tags: dict[str, str] | None = None, register: bool = True, **made: Any) -> str:
        store.connect(workplace.uri, "tests")
        with open_run(name, "training", {"model": "lexicon", **(tags or {})}) as run:
            log.log_evaluation(Evaluation(predictions(**made), {}), "test")
            log.log_metrics({"fit_s": 1.5}, "time")
        run_id = run.run_id
        if register:
            if not workplace.client.search_registered_models("name = 'paratheme'"):
                workplace.client.create_registered_model("paratheme")
            workplace.client.create_model_version("paratheme", f"runs:/{run_id}/model", run_id)
        return run_id

    return log_one
