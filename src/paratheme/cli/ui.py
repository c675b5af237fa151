"""``paratheme ui``."""

from __future__ import annotations

import argparse
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from paratheme.errors import ParathemeError, UsageError

PATIENCE = 120  # seconds for MLflow's server to answer
FAREWELL = 10  # seconds for it to end by itself
HIGHEST_PORT = 65535


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("--port", type=int, default=5000, help="where it answers; 0: any that is free")
    parser.add_argument("--host", default="127.0.0.1", help="0.0.0.0: other machines may see the runs too")


def execute(options: argparse.Namespace) -> int:
    """Open the MLflow UI on the store that runs go to."""
    import mlflow

    from paratheme.tracking.store import existing_store

    with existing_store() as client:
        uri = mlflow.get_tracking_uri()
        if uri.startswith("http"):
            print(f"The runs are on a tracking server: {uri}")
            return 0
        port = free_port(options.host, options.port)
        address = address_of(options.host, port)
        page = _page(client, address)
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
        signal.signal(signal.SIGHUP, signal.default_int_handler)  # the terminal was closed: as Ctrl-C
    print("starting MLflow ...", file=sys.stderr)
    try:
        with serving(uri, options.host, port) as server:
            print("Ctrl-C ends it", file=sys.stderr)
            print(f"runs, the best first: {page}", flush=True)
            server.wait()
    except KeyboardInterrupt:  # how it is meant to end
        return 0
    raise ParathemeError(f"MLflow's server ended with exit status {server.returncode}")


def free_port(host: str, port: int) -> int:
    """Return a port that a server can be given: `port`, or any where that is 0.

    Raises
    ------
    ParathemeError
        If it is taken, or `host` is no address of this machine.
    """
    if not 0 <= port <= HIGHEST_PORT:
        raise UsageError(f"--port {port}: there are ports from 0 to {HIGHEST_PORT}")
    try:
        return _bound(host, port)
    except OSError as error:
        try:
            other = _bound(host, 0)
        except OSError:
            raise ParathemeError(f"--host {host}: {error.strerror}; use an address of this machine") from error
        raise ParathemeError(f"port {port}: {error.strerror}; use another, such as --port {other}") from error


@contextmanager
def serving(uri: str, host: str, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Serve a store's UI from when it answers; at the end no process of the server is left.

    Raises
    ------
    ParathemeError
        If it ends, or does not answer in time; with what it said last.
    """
    command = [sys.executable, "-m", "mlflow", "ui", "--backend-store-uri", uri, "--workers", "1"]
    with tempfile.TemporaryFile() as log:
        # a session of its own: Ctrl-C reaches us alone, and its workers end with it
        server = subprocess.Popen(
            [*command, "--host", host, "--port", str(port)],
            env={**os.environ, "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"},  # seven processes for what is not used
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            if not _answers(server, host, port):
                log.seek(0)
                said = log.read().decode(errors="replace").split("\n")
                last = next((line.strip() for line in reversed(said) if line.strip()), "nothing")
                raise ParathemeError(f"MLflow's server did not start; it said last: {last}")
            yield server
        finally:
            _end(server)


def _page(client: object, address: str) -> str:
    """Return the address of the runs, the best first, and see that their page opens well."""
    from mlflow import MlflowClient

    from paratheme.tracking.store import EXPERIMENT
    from paratheme.tracking.ui import experiment_tags, runs_page

    assert isinstance(client, MlflowClient)
    experiments = client.search_experiments(filter_string=f"name = '{EXPERIMENT}'")
    if not experiments:
        return address
    (experiment,) = experiments
    for key, value in experiment_tags(experiment.tags).items():
        client.set_experiment_tag(experiment.experiment_id, key, value)
    return runs_page(address, experiment.experiment_id)


def address_of(host: str, port: int) -> str:
    """Return how what answers at a host and a port is addressed."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _bound(host: str, port: int) -> int:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the server does
        tried.bind((host, port))
        return int(tried.getsockname()[1])


def _answers(server: subprocess.Popen[bytes], host: str, port: int) -> bool:
    """Wait until a server answers; tell whether it did."""
    address = address_of({"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host), port)
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + PATIENCE
    while server.poll() is None and time.monotonic() < deadline:
        try:
            direct.open(f"{address}/health", timeout=5).close()
        except OSError:
            time.sleep(0.2)
        else:
            return server.poll() is None
    return False


def _end(server: subprocess.Popen[bytes]) -> None:
    """End a server and what it started."""
    if not hasattr(os, "killpg"):
        server.terminate()
        server.wait()
        return
    with suppress(subprocess.TimeoutExpired, KeyboardInterrupt):
        _signal_all(server, signal.SIGTERM)
        server.wait(FAREWELL)
    _signal_all(server, signal.SIGKILL)
    server.wait()


def _signal_all(server: subprocess.Popen[bytes], number: int) -> None:
    with suppress(ProcessLookupError):  # all have ended
        os.killpg(server.pid, number)
