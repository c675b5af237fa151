"""Where a fine-tuning is, on disk, so that a process that is killed loses little of it.

The Trainer reads its own step counter (JSON) and the weights (safetensors) by itself; what it would keep besides are
pickles, so optimiser and random numbers are kept here, without one. Only weights that training changes are written.
"""

from __future__ import annotations

import json
import logging
import random
import shutil
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from transformers import TrainerCallback

from paratheme.errors import first_line
from paratheme.models.network import Network

logger = logging.getLogger(__name__)
EVERY = 30.0  # seconds between two checkpoints, at least
SHARE = 0.05  # of the time, at most, that is spent on writing them
STEP = "step-"
WEIGHTS, OPTIMISER, BEST, RANDOM, STATE = (
    *("model.safetensors", "optimizer.safetensors", "best.safetensors", "random.safetensors", "trainer_state.json"),
)


class Checkpoints(TrainerCallback):  # type: ignore[misc]  # transformers ships no types
    """Keeps where training is, now and then, and goes on from there.

    Parameters
    ----------
    folder : Path
        Holds the newest checkpoint, a folder named by its step.
    network : Network
    best : object
        The callback that knows the best epoch: `best`, `waited` and `weights`.
    """

    def __init__(self, folder: Path, network: Network, best: Any) -> None:
        self.folder, self.network, self.best = folder, network, best
        self.found, self.is_done = self._newest(), False
        self.resumed: dict[str, torch.Tensor] | None = None
        self.epoch_random: dict[str, torch.Tensor] = {}
        self.written, self.cost = time.monotonic(), 0.0

    def restore(self) -> Path | None:
        """Take up what is known besides the weights; return the folder from which the Trainer takes those."""
        if self.found is None:
            return None
        from safetensors.torch import load_file

        try:
            self.resumed = load_file(self.found / RANDOM)
            optimiser, best = load_file(self.found / OPTIMISER), load_file(self.found / BEST)
            told = json.loads((self.found / "best.json").read_text("utf-8"))
            self.best.best, self.best.waited, self.is_done = float(told["best"]), int(told["waited"]), told["done"]
            self.network.losses = list(torch.tensor(told["losses"]))
        except Exception as error:  # safetensors has an error of its own for what is damaged
            logger.warning("%s: damaged (%s); training begins anew", self.found, first_line(error))
            self.resumed = self.found = None
            return None
        self.optimiser, self.best.weights = optimiser, best
        return self.found

    def on_train_begin(self, args: Any, state: Any, control: Any, **known: Any) -> None:
        """Give optimiser and schedule what they were."""
        if self.resumed is None:
            return
        logger.info("  going on after step %d of %d", state.global_step, state.max_steps)
        entries: dict[int, dict[str, torch.Tensor]] = {}
        for name, tensor in self.optimiser.items():
            number, _, what = name.partition(".")
            entries.setdefault(int(number), {})[what] = tensor
        optimiser, schedule = known["optimizer"], known["lr_scheduler"]
        optimiser.load_state_dict({**optimiser.state_dict(), "state": entries})
        step = state.global_step
        schedule.load_state_dict({**schedule.state_dict(), "last_epoch": step - 1, "_step_count": step + 1})
        schedule.step()  # sets the rates of the next step

    def on_epoch_begin(self, args: Any, state: Any, control: Any, **known: Any) -> None:
        """Have the order of the texts that it was."""
        if self.resumed is not None:
            _set_random({name[6:]: value for name, value in self.resumed.items() if name.startswith("epoch.")})
        self.epoch_random = _random()

    def on_step_begin(self, args: Any, state: Any, control: Any, **known: Any) -> None:
        """Keep where training is, if it is time; all that belongs to earlier steps and epochs is done by now."""
        if self.resumed is not None:
            _set_random({name[5:]: value for name, value in self.resumed.items() if name.startswith("step.")})
            self.resumed = None
            return
        due = max(EVERY, self.cost / SHARE)
        if state.global_step and time.monotonic() - self.written >= due:
            self.write(state, known["optimizer"])

    def on_log(self, args: Any, state: Any, control: Any, **known: Any) -> None:
        """Report the mean loss since the last report, where the Trainer knows of the steps of this process only."""
        if "loss" in state.log_history[-1]:
            state.log_history[-1]["loss"] = float(np.mean([float(loss) for loss in self.network.losses]))
            self.network.losses = []

    def history(self) -> list[dict[str, float]]:
        """Give the network the weights of a training that was done, and return what the Trainer reported."""
        from safetensors.torch import load_file

        assert self.found is not None
        self.network.interpolate(load_file(self.found / WEIGHTS), 1.0)
        return list(json.loads((self.found / STATE).read_text("utf-8"))["log_history"])

    def write(self, state: Any, optimiser: Any, done: bool = False) -> None:
        """Write a checkpoint apart, move it, and take the one before away."""
        from safetensors.torch import save_file

        started = time.monotonic()
        final, new = self.folder / f"{STEP}{state.global_step:09d}", self.folder / "new"
        try:
            shutil.rmtree(new, ignore_errors=True)
            new.mkdir(parents=True)
            save_file(self.network.trainable_state(), new / WEIGHTS)
            save_file(self.best.weights, new / BEST)
            losses = [float(loss) for loss in self.network.losses]
            told = {"best": self.best.best, "waited": self.best.waited, "losses": losses, "done": done}
            (new / "best.json").write_text(json.dumps(told), "utf-8")
            moments = optimiser.state_dict()["state"]
            flat = {f"{number}.{what}": t.contiguous() for number, some in moments.items() for what, t in some.items()}
            save_file(flat, new / OPTIMISER)
            kept = {f"{part}.{name}": value for part, known in self._randoms() for name, value in known.items()}
            save_file(kept, new / RANDOM)
            state.save_to_json(str(new / STATE))
            shutil.rmtree(final, ignore_errors=True)
            new.rename(final)
            for older in self.folder.glob(f"{STEP}*"):
                if older != final:
                    shutil.rmtree(older, ignore_errors=True)
        except OSError as error:  # a full disk ends no training
            shutil.rmtree(new, ignore_errors=True)
            logger.warning("%s: no checkpoint could be written (%s)", self.folder, first_line(error))
        self.written, self.cost = time.monotonic(), time.monotonic() - started

    def _randoms(self) -> list[tuple[str, dict[str, torch.Tensor]]]:
        return [("epoch", self.epoch_random), ("step", _random())]

    def _newest(self) -> Path | None:
        found = sorted(path for path in self.folder.glob(f"{STEP}*") if (path / STATE).is_file())
        return found[-1] if found else None


def _random() -> dict[str, torch.Tensor]:
    """Return the states of the random numbers of Python, NumPy and PyTorch, as tensors."""
    version, internal, _ = random.getstate()
    assert version == 3
    name, keys, position, *_ = np.random.get_state()
    assert name == "MT19937"
    states = {
        "python": torch.tensor(internal, dtype=torch.int64),
        "numpy": torch.tensor([*map(int, keys), int(position)], dtype=torch.int64),
        "torch": torch.get_rng_state(),
    }
    if torch.cuda.is_available():
        states["cuda"] = torch.cuda.get_rng_state()
    return states


def _set_random(states: dict[str, torch.Tensor]) -> None:
    random.setstate((3, tuple(states["python"].tolist()), None))
    *keys, position = states["numpy"].tolist()
    np.random.set_state(("MT19937", np.array(keys, np.uint32), position, 0, 0.0))
    torch.set_rng_state(states["torch"])
    if "cuda" in states and torch.cuda.is_available():
        torch.cuda.set_rng_state(states["cuda"])
