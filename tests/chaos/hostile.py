"""Models and documents made to do harm: each is refused with its reason, and nothing of it is run."""

from __future__ import annotations

import json
import os
import pickle
import shutil
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from tests.chaos.common import Row

TOO_LONG = 90.0  # seconds for one document, whose limit is 60


class Payload:
    """What makes a file when it is unpickled."""

    def __init__(self, file: Path) -> None:
        self.file = str(file)

    def __reduce__(self) -> Any:
        return Path.touch, (Path(self.file),)


def models(row: Row, folder: Path) -> None:
    """Do each harm to a copy of a saved classifier, and load it."""
    from paratheme.classifier.classifier import ThemeClassifier
    from paratheme.errors import ParathemeError

    sound = saved(folder / "sound")
    ThemeClassifier.load(sound)
    pwned = folder / "pwned"
    for number, (name, harm) in enumerate(harms(pwned)):
        copy = folder / str(number)
        shutil.copytree(sound, copy)
        rehash = harm(copy)
        if rehash:
            from paratheme.classifier.storage import Layout

            change(copy, files=Layout(copy).hashes())
        started = time.monotonic()
        try:
            ThemeClassifier.load(copy)
            losses = [f"{name}: it was loaded"]
        except ParathemeError as error:
            losses = [] if "\n" not in str(error) else [f"{name}: {error}"]
        except BaseException as error:
            losses = [f"{name}: {type(error).__name__}: {error}"]
        if pwned.exists():
            losses.append(f"{name}: its code was run")
            pwned.unlink()
        if time.monotonic() - started > TOO_LONG:
            losses.append(f"{name}: took {time.monotonic() - started:.0f} s")
        row.add(losses)


def saved(folder: Path) -> Path:
    """Return a saved classifier of n-grams, fitted on a few texts."""
    from paratheme.classifier.calibration import Calibration
    from paratheme.classifier.classifier import ThemeClassifier
    from paratheme.models.tfidf import TfidfModel
    from paratheme.themes.theme import Theme
    from paratheme.themes.theme_set import ThemeSet

    themes = ThemeSet(name="two", themes=(Theme(id="a", words={"en": ("alpha",)}), Theme(id="b")))
    texts = [f"{'alpha' if i % 2 else 'beta'} {'gamma' if i % 3 else 'delta'} text" for i in range(30)]
    Y = np.array([[i % 2, int(i % 3 > 0)] for i in range(30)])
    model = TfidfModel(min_count=1).fit(texts, Y)
    calibration = Calibration.fit(model.predict_proba(texts), Y)
    ThemeClassifier(themes, "tfidf", model, calibration, {"test": {}}).save(folder)
    return folder


def change(folder: Path, **changes: Any) -> None:
    file = folder / "classifier.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), **changes}))


def harms(pwned: Path) -> Iterator[tuple[str, Callable[[Path], bool]]]:
    """Yield harms by name; one that returns true has the manifest's hashes made right again."""
    payload = pickle.dumps(Payload(pwned))

    def put(name: str, content: bytes, rehash: bool = True) -> Callable[[Path], bool]:
        def harm(folder: Path) -> bool:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
            return rehash

        return harm

    def manifest(**changes: Any) -> Callable[[Path], bool]:
        return lambda folder: bool(change(folder, **changes))

    def calibration(**changes: Any) -> Callable[[Path], bool]:
        def harm(folder: Path) -> bool:
            known = json.loads((folder / "classifier.json").read_text())["calibration"]
            change(folder, calibration={**known, **changes})
            return False

        return harm

    def link(folder: Path) -> bool:
        (folder / "model" / "head.safetensors").unlink()
        (folder / "model" / "head.safetensors").symlink_to("/etc/hostname")
        return True

    def weights(**arrays: Any) -> Callable[[Path], bool]:
        def harm(folder: Path) -> bool:
            from safetensors.numpy import save_file

            save_file({key: np.asarray(value) for key, value in arrays.items()}, folder / "model" / "head.safetensors")
            return True

        return harm

    def turned(folder: Path) -> bool:
        from safetensors.numpy import load_file, save_file

        file = folder / "model" / "head.safetensors"
        save_file({key: -value for key, value in load_file(file).items()}, file)
        return False

    def huge(folder: Path) -> bool:
        with (folder / "classifier.json").open("ab") as file:
            file.truncate(10**9)
        return False

    for suffix in (
        "pkl",
        "pickle",
        "bin",
        "pt",
        "pth",
        "ckpt",
        "npy",
        "npz",
        "joblib",
        "py",
        "pyc",
        "so",
        "h5",
        "onnx",
    ):
        yield f"a planted .{suffix}", put(f"model/extra.{suffix}", payload)
    for name in ("model/head.safetensors", "model/idf.safetensors", "model/vocabulary.json"):
        yield f"a pickle called {name}", put(name, payload)
        yield f"{name} of nothing", put(name, b"")
        yield f"{name} with another hash", put(name, b"{}", rehash=False)
    yield "other weights of the same shape", turned
    yield "a symbolic link", link
    yield "a climbing path", manifest(files={"../../etc/passwd": "0" * 64})
    yield "an absolute path", manifest(files={"/etc/passwd": "0" * 64})
    yield "an oversized header", put("model/head.safetensors", (2**62).to_bytes(8, "little") + b"{}")
    yield "a header of 10^5 levels", put("model/head.safetensors", (10**5).to_bytes(8, "little") + b"[" * 10**5)
    for value in (np.nan, np.inf, -np.inf):
        head = np.full((2, 3), value, np.float32)
        yield f"weights of {value}", weights(coef=head, intercept=np.zeros(2, np.float32))
    yield "shapes that do not fit", weights(coef=np.zeros((2, 3), np.float32), intercept=np.zeros(2, np.float32))
    yield "scores of other themes", weights(coef=np.zeros((5, 3), np.float32), intercept=np.zeros(5, np.float32))
    yield "weights of other names", weights(other=np.zeros(3, np.float32))
    yield "a calibration of NaN", calibration(slope=[float("nan")] * 2)
    yield "a calibration of three themes", calibration(threshold=[0.5] * 3)
    yield "a calibration of objects", calibration(threshold={"a": []})
    yield "a manifest of 1 GB", huge
    yield "a manifest of 10^5 levels", put("classifier.json", b'{"format": 5, "x": ' + b"[" * 10**5, rehash=False)
    yield "another format", manifest(format=99)
    yield "another library's layout", put("classifier.json", b'{"model_type": "bert"}', rehash=False)
    yield "an unknown model type", manifest(model_type="os:system")
    yield "an unknown parameter", manifest(parameters={"__class__": "os.system"})
    yield "themes that are none", manifest(themes={"themes": []})


def documents(row: Row, folder: Path, short: bool) -> None:
    """Read each document as every command does: it is read, or named with its reason, and the next one is read."""
    from paratheme.documents.blocks import read_blocks
    from paratheme.documents.readers import DocumentFile

    good = folder / "good.md"
    good.write_text("# Rain\n\nIt rained on the hills all of the night.\n")
    for name, content in made(short):
        file = folder / name
        content(file) if callable(content) else file.write_bytes(content)
        failures: list[str] = []
        started = time.monotonic()
        losses = []
        try:
            records = list(read_blocks([DocumentFile(file, name), DocumentFile(good, "good")], failures))
            if not [record for record in records if record["document"] == "good"]:
                losses.append(f"{name}: the next document was not read")
            if len(failures) > 1 or any("\n" in failure or name not in failure for failure in failures):
                losses.append(f"{name}: told as {failures}")
        except BaseException as error:
            losses.append(f"{name}: {type(error).__name__}: {error}"[:300])
        if (took := time.monotonic() - started) > TOO_LONG:
            losses.append(f"{name}: took {took:.0f} s")
        row.add(losses)
        file.unlink(missing_ok=True)


def made(short: bool) -> Iterator[tuple[str, bytes | Callable[[Path], None]]]:
    """Yield documents by name."""
    many = 10**4 if short else 10**5
    mark = "\u202e\u2066\u200b\u200f\ufeff\u0000"
    yield "bidi.txt", (f"{mark}The {mark}report{mark} of the north says that rain fell. " * 200).encode()
    yield "surrogates.txt", b"\xed\xa0\x80 half a pair, and then words that go on for a while. " * 50
    yield "zero-width.md", ("# " + "\u200b" * many).encode()
    yield "empty-lines.txt", b"\n" * 10**6
    yield "empty-lines.md", b"\n" * (10 * many)
    if not short:
        yield "one-line.txt", lambda file: _filled(file, b"word ", 10**8)
        yield "one-line-below-the-limit.txt", lambda file: _filled(file, b"word ", 4 * 10**7)
        yield "one-letter.txt", lambda file: _filled(file, b"a", 4 * 10**7)
    for name, run in MARKDOWN.items():
        yield f"{name}.md", (run * many).encode()
    yield "deep-list.md", "".join(f"{'  ' * i}- a\n" for i in range(1000)).encode()
    for name, run in HTML.items():
        yield f"{name}.html", b"<html><body><p>Rain fell.</p>" + run.encode() * many
    yield "xml-bomb.html", LAUGHS + b"<html><body><p>&lol9;</p></body></html>"
    yield "bomb.docx", lambda file: _word(file, b"<w:document>" + b" " * (2 * 10**8))
    yield "xml-bomb.docx", lambda file: _word(file, LAUGHS + b"<w:document>&lol9;</w:document>")
    yield "outside.docx", lambda file: _word(file, b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>')
    yield "deep.docx", lambda file: _word(file, b"<a>" * many)
    yield "climbing.docx", lambda file: _word(file, b"<a/>", "../../../tmp/pwned")
    yield "zip-in-zip.docx", b"PK\x03\x04" * 1000
    yield "loop.pdf", pdf([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[2 0 R]/Count 1>>"])
    yield "self.pdf", pdf([b"<</Type/Catalog/Pages 1 0 R/Kids[1 0 R]>>"])
    yield "length-loop.pdf", pdf([PAGES, KIDS, PAGE, b"<</Length 4 0 R>>stream\nBT ET\nendstream"])
    drawn = PAGE.replace(b"<<>>", b"<</XObject<</X 4 0 R>>>>")
    yield "form-loop.pdf", pdf([PAGES, KIDS, drawn, FORM])
    packed = zlib.compress(b"BT (x) Tj ET " * ((2 * 10**6 if short else 3 * 10**7) // 13), 9)
    stream = b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(packed), packed)
    yield "bomb.pdf", pdf([PAGES, KIDS, PAGE, stream])
    yield "deep.pdf", pdf([b"[" * many])
    yield "no-end.pdf", b"%PDF-1.4\n1 0 obj<<" * 1000
    yield "random.pdf", b"%PDF-1.7\n" + os.urandom(10**5)
    yield "random.docx", b"PK\x03\x04" + os.urandom(10**5)
    yield "random.html", os.urandom(10**5)
    yield "random.txt", os.urandom(10**5)


MARKDOWN = {"brackets": "[", "images": "![", "links": "[a](", "quotes": ">", "stars": "*a ", "ticks": "`"}
MARKDOWN |= {"tags": "<a ", "comments": "<!--", "pipes": "|a|\n|-|\n", "items": "- "}
HTML = {"divs": "<div>", "tables": "<table><tr><td>", "scripts": "<script>alert(1)</script>", "open": "<"}
HTML |= {"entities": "&amp", "attributes": "<p a='"}
FORM = (
    b"<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 4 0 R>>>>/Length 5>>stream\n/X Do\nendstream"
)
PAGES = b"<</Type/Catalog/Pages 2 0 R>>"
KIDS = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents 4 0 R/Resources<<>>>>"
LAUGHS = b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol">' + b"".join(
    b'<!ENTITY lol%d "%s">' % (i, b"&lol%s;" % (str(i - 1).encode() if i > 1 else b"") * 10) for i in range(1, 10)
) + b"]>"  # fmt: skip


def pdf(objects: list[bytes]) -> bytes:
    """Return a PDF of objects, numbered from 1; the first is its catalog."""
    data, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj%s endobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    end = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, len(data))
    return data + head + table + end


def _filled(file: Path, unit: bytes, size: int) -> None:
    with file.open("wb") as opened:
        for _ in range(size // (len(unit) * 10**4)):
            opened.write(unit * 10**4)


def _word(file: Path, content: bytes, name: str = "word/document.xml") -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
