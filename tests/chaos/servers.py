"""Real tracking servers that end and begin again, a proxy that misbehaves before one, a PostgreSQL of our own."""

from __future__ import annotations

import http.server
import os
import pwd
import resource
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

from tests.chaos.common import environment

START = 120  # seconds for a server to answer


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


class Server:
    """An `mlflow server` in another process, on a database and a folder of artifacts."""

    def __init__(self, folder: Path, database: str = "", largest: int = 0) -> None:
        self.folder, self.port, self.largest = folder, free_port(), largest
        self.database = database or f"sqlite:///{folder / 'server.db'}"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def uri(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> Server:
        command = [sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(self.port)]
        command += ["--workers", "1", "--backend-store-uri", self.database]
        command += ["--artifacts-destination", str(self.folder / "artifacts")]
        log = (self.folder / "server.log").open("ab")
        self.process = subprocess.Popen(
            command,
            cwd=self.folder,
            env=environment(MLFLOW_SERVER_ENABLE_JOB_EXECUTION="false"),
            stdout=log,
            stderr=log,
            start_new_session=True,
            preexec_fn=self._limited if self.largest else None,
        )
        log.close()
        deadline = time.monotonic() + START
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                urllib.request.urlopen(f"{self.uri}/health", timeout=5).close()
                return self
            except OSError:
                time.sleep(0.2)
        raise RuntimeError(f"no answer from the tracking server: {(self.folder / 'server.log').read_text()[-300:]}")

    def stop(self) -> None:
        """End it as a machine that loses power does."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def _limited(self) -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (self.largest, self.largest))


class Proxy:
    """Hands requests on to a server, late, or answers 500 itself.

    Parameters
    ----------
    server : Server
    """

    def __init__(self, server: Server) -> None:
        self.delay, self.broken = 0.0, False
        proxy = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_one(self) -> None:
                body = self._body()
                time.sleep(proxy.delay)
                if proxy.broken:
                    self._answer(500, b"broken", "text/plain")
                    return
                kept = {k: v for k, v in self.headers.items() if k.lower() in ("content-type", "authorization")}
                asked = urllib.request.Request(server.uri + self.path, body or None, kept, method=self.command)
                try:
                    with urllib.request.urlopen(asked, timeout=60) as answer:
                        self._answer(answer.status, answer.read(), answer.headers.get("content-type", ""))
                except urllib.error.HTTPError as error:
                    self._answer(error.code, error.read(), error.headers.get("content-type", ""))

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = handle_one

            def _body(self) -> bytes:
                if self.headers.get("Transfer-Encoding") != "chunked":
                    return self.rfile.read(int(self.headers.get("Content-Length") or 0))
                whole = b""
                while size := int(self.rfile.readline(), 16):
                    whole += self.rfile.read(size)
                    self.rfile.readline()
                self.rfile.readline()
                return whole

            def _answer(self, status: int, body: bytes, kind: str) -> None:
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.uri = f"http://127.0.0.1:{self.http.server_port}"
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self.http.shutdown()
        self.http.server_close()


class Postgres:
    """A PostgreSQL of Debian's packages, run as its own user on a port of the loopback."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = Path(folder), free_port()
        self.uri = f"postgresql+pg8000://postgres@127.0.0.1:{self.port}/postgres"

    @staticmethod
    def missing() -> str:
        """Return why there is none; empty where there is."""
        if not Postgres._programs():
            return "PostgreSQL is not installed (apt-get install postgresql)"
        if os.getuid() == 0 and "postgres" not in {one.pw_name for one in pwd.getpwall()}:
            return "there is no user postgres"
        try:
            import pg8000  # type: ignore[import-not-found,unused-ignore]  # noqa: F401
        except ImportError:
            return "pg8000 is not installed (pip install pg8000)"
        return ""

    @staticmethod
    def _programs() -> str:
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
        return str(found[-1].parent) if found else str(Path(shutil.which("initdb") or "").parent).replace(".", "")

    def make(self) -> Postgres:
        """Make an empty database cluster."""
        if os.getuid() == 0:
            shutil.chown(self.folder, "postgres")
            for above in self.folder.parents:
                if str(above).startswith("/tmp/"):
                    above.chmod(above.stat().st_mode | 0o011)
        self._call("initdb", "-D", f"{self.folder}/data", "-U", "postgres", "--auth=trust", "-N")
        return self

    def start(self) -> Postgres:
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -k {self.folder} -c fsync=off"
        self._call("pg_ctl", "-D", f"{self.folder}/data", "-w", "-o", options, "-l", f"{self.folder}/log", "start")
        return self

    def stop(self) -> None:
        self._call("pg_ctl", "-D", f"{self.folder}/data", "-m", "immediate", "stop", check=False)

    def _call(self, program: str, *arguments: str, check: bool = True) -> None:
        user = {"user": "postgres"} if os.getuid() == 0 else {}
        command = [f"{self._programs()}/{program}", *arguments]
        done = subprocess.run(
            command, cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False, **user
        )
        if check and done.returncode:
            raise RuntimeError(f"{program}: {done.stderr.decode()[-300:]}")
