"""Labels through a real Label Studio: a project made, tasks loaded, annotated through its API, exported, imported.

It pins much, so that it has an environment of its own: LABEL_STUDIO=/path/to/bin/label-studio names it.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from paratheme.cli import main
from paratheme.cli.ui import free_port

PROGRAM = os.environ.get("LABEL_STUDIO") or shutil.which("label-studio")
pytestmark = [pytest.mark.journey, pytest.mark.skipif(PROGRAM is None, reason="needs Label Studio (LABEL_STUDIO=...)")]
TOKEN, EMAIL = "0123456789abcdef0123456789abcdef01234567", "desk@example.org"
PATIENCE = 600  # seconds until it answers for the first time
PAGES = {
    "one.txt": "Bombs fell on Gaza again that night — \U0001f62e said one — and people fled from Rafah.\n\n"
    "قال سكان الخرطوم إن القصف تجدد فجرًا، وإن المخابز بقيت مغلقة لليوم الرابع.",
    "two.txt": "The museum opened its doors in the morning,\nand the children played <b>music</b> & sang.",
}
Api = Callable[..., Any]


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """A running Label Studio, to be asked by method, path and data."""
    folder = tmp_path_factory.mktemp("label-studio")
    port = free_port("127.0.0.1", 0)
    environment = {
        **{key: value for key, value in os.environ.items() if key != "PYTHONPATH"},
        "LABEL_STUDIO_BASE_DATA_DIR": str(folder),
        "LABEL_STUDIO_USERNAME": EMAIL,
        "LABEL_STUDIO_PASSWORD": "labels-of-the-desk",
        "LABEL_STUDIO_USER_TOKEN": TOKEN,
        "LABEL_STUDIO_ENABLE_LEGACY_API_TOKEN": "true",
        "COLLECT_ANALYTICS": "false",
    }
    command = [str(PROGRAM), "start", "--no-browser", "--port", str(port), "--internal-host", "127.0.0.1"]
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def ask(method: str, path: str, data: Any = None) -> Any:
        headers = {"Authorization": f"Token {TOKEN}", "Content-Type": "application/json"}
        body = None if data is None else json.dumps(data).encode()
        asked = urllib.request.Request(f"http://127.0.0.1:{port}{path}", body, headers, method=method)
        with opener.open(asked, timeout=60) as answer:
            return json.loads(answer.read() or b"null")

    with (folder / "log").open("w") as log:
        server = subprocess.Popen(command, env=environment, cwd=folder, stdout=log, stderr=log)
        try:
            deadline = time.monotonic() + PATIENCE
            while True:
                try:
                    ask("GET", "/api/projects")
                    break
                except (OSError, urllib.error.HTTPError):
                    assert server.poll() is None, (folder / "log").read_text()[-2000:]
                    assert time.monotonic() < deadline, "Label Studio did not answer"
                    time.sleep(1)
            ask.server = f"http://127.0.0.1:{port}"  # type: ignore[attr-defined]
            yield ask
        finally:
            server.terminate()
            server.wait(60)


def test_what_is_annotated_there_comes_back_block_by_block(
    api: Api, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "docs").mkdir()
    for name, text in PAGES.items():
        (tmp_path / "docs" / name).write_text(text, "utf-8")
    assert main(["label", "weak", "docs", "-o", "weak.jsonl"]) == 0
    assert main(["label", "export", "docs", "--labels", "weak.jsonl", "-o", "tasks.json"]) == 0
    tasks = json.loads(Path("tasks.json").read_text("utf-8"))
    config = Path("tasks.xml").read_text("utf-8")
    project = api("POST", "/api/projects", {"title": "desk", "label_config": config})["id"]
    api("POST", f"/api/projects/{project}/import", tasks)
    loaded = api("GET", f"/api/tasks?project={project}&fields=all&page_size=100")["tasks"]
    assert [task["data"] for task in sorted(loaded, key=lambda task: task["id"])] == [task["data"] for task in tasks]
    for task in loaded:  # an annotator takes what is suggested, and adds a theme to the first block
        result = task["predictions"][0]["result"]
        first = next(one for one in result if one["type"] == "labels")
        value = {key: first["value"][key] for key in ("start", "end", "text")} | {"choices": ["food_security"]}
        kept = [one for one in result if not (one["id"] == first["id"] and one["type"] == "choices")]
        choice = {**first, "from_name": "themes", "type": "choices", "value": value}
        api("POST", f"/api/tasks/{task['id']}/annotations/", {"result": [*kept, choice], "lead_time": 1.0})
    exported = api("GET", f"/api/projects/{project}/export?exportType=JSON&download_all_tasks=true")
    Path("export.json").write_text(json.dumps(exported), "utf-8")
    assert main(["label", "import", "export.json", "-o", "people.jsonl", "--documents", "docs"]) == 0
    said = [json.loads(line) for line in Path("people.jsonl").read_text("utf-8").splitlines()]
    assert [(line["document"], line["themes"], line["source"]) for line in said] == [
        ("one.txt", ["food_security"], "annotator"),
        ("one.txt", ["food_security", "sudan"], "annotator"),
        ("two.txt", ["food_security"], "annotator"),
    ]
    assert {line["annotator"] for line in said} <= {EMAIL, "1"}
    for line in said:
        assert PAGES[line["document"]][line["start"] : line["end"]] == line["text"]
    # and what came back can go there again, and comes back the same
    assert main(["label", "export", "docs", "--labels", "people.jsonl", "-o", "again.json"]) == 0
    assert main(["label", "import", "again.json", "-o", "same.jsonl"]) == 0
    assert Path("same.jsonl").read_bytes() == Path("people.jsonl").read_bytes()


def test_tasks_are_sent_to_a_project_of_the_server_once(
    api: Api, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", TOKEN)
    (tmp_path / "docs").mkdir()
    for name, text in PAGES.items():
        (tmp_path / "docs" / name).write_text(text, "utf-8")
    assert main(["label", "export", "docs", "--to-project", api.server]) == 0  # type: ignore[attr-defined]
    told = capsys.readouterr().err
    assert "2 of 2 tasks, 3 blocks of 2 documents" in told
    address = told.split(": ")[0]
    (tmp_path / "docs" / "three.txt").write_text("The mill was closed, and the bakers went home.", "utf-8")
    assert main(["label", "export", "docs", "--to-project", f"{address}/data"]) == 0
    assert "1 of 3 tasks, 4 blocks of 3 documents; 2 were there already" in capsys.readouterr().err
    number = address.rsplit("/", 1)[1]
    loaded = api("GET", f"/api/tasks?project={number}&fields=all&page_size=100")["tasks"]
    assert sorted(task["data"]["document"] for task in loaded) == ["one.txt", "three.txt", "two.txt"]
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", "0" * 40)
    assert main(["label", "export", "docs", "--to-project", address]) == 1
    assert "refuses the token in LABEL_STUDIO_API_KEY" in capsys.readouterr().err
