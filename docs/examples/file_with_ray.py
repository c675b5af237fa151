"""File a pile of documents and tables on many machines with Ray, each part of it as `paratheme predict` does.

python file_with_ray.py PATH... --model MODEL -o FOLDER

All machines see PATH, MODEL and FOLDER under these names. FOLDER gets a file of JSON Lines a part, which is whole or
not there; failures.txt, what was not read; notes.txt, what was guessed or passed over. The same command again files
what is missing.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import shutil
import sys
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

os.environ["RAY_USAGE_STATS_ENABLED"] = "0"  # a cluster that this command starts reports nothing to Ray's makers

import ray
import ray.data
from tqdm import tqdm

from paratheme import __version__
from paratheme.classifier.columns import Columns
from paratheme.classifier.inputs import DocumentInput, Inputs, TableInput, find_inputs
from paratheme.classifier.predict import Tally, label, windows
from paratheme.classifier.unfinished import digest
from paratheme.classifier.writers import JsonLinesWriter
from paratheme.documents.readers import DocumentFile
from paratheme.errors import ParathemeError
from paratheme.tracking.addresses import Source, describe, find_source, load_source

Part = list[TableInput | DocumentInput]
UNFINISHED = "unfinished"  # the folder of what is being written; each worker that was lost leaves its file there
RETRIES = 3  # of a part whose worker was lost: where one document fills the memory of any machine, the rest is filed


class Filer:
    """A worker: it loads the classifier once, and files one part after the other."""

    def __init__(self, source: Source, folder: Path, text_column: str) -> None:
        self.source, self.folder, self.text_column, self.classifier = source, folder, text_column, load_source(source)

    def __call__(self, row: dict[str, Any]) -> dict[str, Any]:
        """File a part; done twice, it is the same file."""
        tally, target = Tally(), self.folder / row["part"]
        documents = [DocumentInput(DocumentFile(Path(path), name)) for path, name in json.loads(row["documents"])]
        named = json.loads(row["tables"])
        tables = [TableInput(Path(path), self.text_column, name=name) for path, name in named]
        inputs = Inputs([*tables, *documents])
        if len([*(self.folder / UNFINISHED).glob(f"{target.name}.*")]) > RETRIES:
            raise RuntimeError(f"{target.name}: {RETRIES + 1} workers were lost over it")
        inputs.check(Columns())
        with whole(target) as file:
            writer = JsonLinesWriter(file)
            for window in windows(inputs.groups()):
                groups = [group for _, group in window]
                inputs.notes += label(groups, self.classifier)
                writer.write([{**record, "model": self.source.uri} for group in groups for record in group])
                tally.add(window, inputs)
            said = {"tally": tally.to_dict(), "failures": inputs.failures, "notes": inputs.repairs + inputs.notes}
            with whole(target.with_suffix(".json")) as beside:  # first: the part's own file says that all is done
                beside.write(json.dumps(said).encode())
        return {"part": row["part"]}


@contextmanager
def whole(path: Path) -> Iterator[IO[bytes]]:
    """Give a file that gets its name when all of it is on the disk, whoever else writes the same one."""
    unfinished = path.parent / UNFINISHED / f"{path.name}.{uuid.uuid4().hex}"
    unfinished.parent.mkdir(parents=True, exist_ok=True)
    with unfinished.open("wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())
    os.replace(unfinished, path)


def parts_of(found: Part, size: int) -> dict[str, Part]:
    """Divide a pile, by the name of the file that a part becomes: each table by itself, documents `size` at once."""
    documents = [one for one in found if isinstance(one, DocumentInput)]
    parts: list[Part] = [[one] for one in found if isinstance(one, TableInput)]
    parts += [[*documents[begin : begin + size]] for begin in range(0, len(documents), size)]
    return {f"part-{number:06}.jsonl": part for number, part in enumerate(parts)}


def told(part: Part) -> dict[str, str]:
    """Return a part as plain data, as it goes to a worker."""
    tables = [(str(one.path), one.name) for one in part if isinstance(one, TableInput)]
    documents = [(str(one.file.path), one.file.name) for one in part if isinstance(one, DocumentInput)]
    return {"tables": json.dumps(tables), "documents": json.dumps(documents)}


def begin(folder: Path, made_of: dict[str, str]) -> None:
    """Note what the files of a folder are made of; refuse to go on with those of something else."""
    note = folder / "job.json"
    known = json.loads(note.read_text("utf-8")) if note.exists() else made_of
    if other := [name for name, one in made_of.items() if known.get(name) != one]:
        raise ParathemeError(f"{folder}: was begun with other {' and '.join(other)}; name another folder")
    shutil.rmtree(folder / UNFINISHED, ignore_errors=True)  # of a job that was interrupted
    with whole(note) as file:
        file.write(json.dumps(made_of).encode())


def run(parts: dict[str, Part], source: Source, folder: Path, text_column: str, cpus: float, gpus: float) -> None:
    """File parts by as many workers as the cluster has room for, now and later."""
    logging.getLogger("ray.data").setLevel(logging.ERROR)
    ray.init(logging_level=logging.WARNING)  # the cluster this is started on, or else this machine alone
    context = ray.data.DataContext.get_current()
    context.enable_progress_bars, context.max_errored_blocks = False, -1  # a part that cannot be filed stops no other
    rows = [{"part": name, **told(part)} for name, part in parts.items()]
    filed = ray.data.from_items(rows, override_num_blocks=len(rows)).map(
        Filer,
        fn_constructor_args=(source, folder, text_column),
        compute=ray.data.ActorPoolStrategy(min_size=1),
        num_cpus=cpus,
        num_gpus=gpus,
    )
    for _ in tqdm(filed.iter_rows(), total=len(rows), unit=" parts", mininterval=10):
        pass


def summary(parts: dict[str, Part], folder: Path, notes: list[str]) -> tuple[Tally, list[str]]:
    """Return what was filed, and what was not; write down the latter, and what was guessed or passed over."""
    done = [name for name in parts if (folder / name).exists()]
    missing = [name for name in parts if not (folder / name).exists()]
    said = [json.loads((folder / name).with_suffix(".json").read_text("utf-8")) for name in done]
    counted = [Tally.from_dict(one["tally"]) for one in said]
    sums = {name: sum(getattr(one, name) for one in counted) for name in ("blocks", "filed", "tables", "documents")}
    failures = [line for one in said for line in one["failures"]]
    notes = notes + [line for one in said for line in one["notes"]]
    lost = [f"{one.path}: {name} could not be filed; see Ray's log" for name in missing for one in parts[name]]
    for name, lines in (("failures.txt", failures + lost), ("notes.txt", notes)):
        with whole(folder / name) as file:
            file.write("".join(f"{line}\n" for line in sorted(lines)).encode("utf-8", "backslashreplace"))
    shutil.rmtree(folder / UNFINISHED, ignore_errors=True)
    return Tally(**sums, themes=sum((one.themes for one in counted), Counter())), failures + lost


def main() -> int:
    """Divide the pile, file what is missing, say what was filed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="+", metavar="PATH", help="documents, folders of documents, tables")
    parser.add_argument("--model", required=True, help="a folder, or an address in MLflow")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--text-column", default="text", metavar="NAME", help="the column of the texts in tables")
    parser.add_argument("--documents", type=int, default=200, metavar="N", help="of a part; default: 200")
    parser.add_argument("--cpus", type=float, default=1, metavar="N", help="of a worker; default: 1")
    parser.add_argument("--gpus", type=float, default=0, metavar="N", help="of a worker; 0.5: two workers share one")
    options = parser.parse_args()
    folder = options.output.absolute()  # workers may stand in another directory
    inputs = find_inputs([str(Path(path).absolute()) for path in options.paths], options.text_column)
    source = find_source(Path(options.model).absolute() if Path(options.model).is_dir() else options.model)
    classifier = load_source(source)
    print(f"paratheme: filing with {describe(source, classifier)}", file=sys.stderr)
    divided = [options.text_column, options.documents, __version__]
    model = [source.uri, classifier.about, classifier.calibration.to_dict()]
    begin(folder, {"inputs": digest(inputs.identity()), "options": digest(divided), "model": digest(model)})
    parts = parts_of(inputs.found, options.documents)
    if missing := {name: part for name, part in parts.items() if not (folder / name).exists()}:
        run(missing, source, folder, options.text_column, options.cpus, options.gpus)
    tally, failures = summary(parts, folder, inputs.notes)
    print(f"paratheme: {tally}", file=sys.stderr)
    if failures:
        print(f"paratheme: {len(failures):,} not read or filed; {folder / 'failures.txt'} names them", file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except ParathemeError as error:
        sys.exit(f"paratheme: {error}")
