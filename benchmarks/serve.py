"""The service under load, on loopback: errors, how long answers take, how many there are, and what memory is used.

python benchmarks/serve.py MODEL [--clients 16] [--seconds 60] [--texts 1]

Each client asks for so many texts of the seeds at once, and again as soon as it is answered. Memory is that of the
service and its processes, one second in ten; the first figure is from when every client has its first answer.
"""

from __future__ import annotations

import argparse
import http.client
import itertools
import json
import signal
import statistics
import subprocess
import sys
import threading
import time
from urllib.parse import urlsplit

import psutil

from paratheme.corpus.load import load_corpus
from paratheme.training.compose import compose


class Client(threading.Thread):
    """Asks until it is told to stop."""

    def __init__(self, address: str, bodies: itertools.cycle[bytes], stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.address, self.bodies, self.stop = address, bodies, stop
        self.seconds: list[float] = []
        self.errors: list[str] = []

    def run(self) -> None:
        """Ask."""
        connection = http.client.HTTPConnection(self.address, timeout=300)
        while not self.stop.is_set():
            began = time.perf_counter()
            try:
                connection.request("POST", "/predict", next(self.bodies), {"Content-Type": "application/json"})
                answer = connection.getresponse()
                data = answer.read()
                if answer.status != 200:
                    self.errors.append(f"{answer.status} {data[:200].decode(errors='replace')}")
            except OSError as error:
                self.errors.append(repr(error))
            self.seconds.append(time.perf_counter() - began)


def memory(process: psutil.Process) -> float:
    """Return the megabytes that a process and its children have in memory."""
    return sum(one.memory_info().rss for one in [process, *process.children(recursive=True)]) / 1e6


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--texts", type=int, default=1)
    options = parser.parse_args()
    config = compose([])
    texts = load_corpus(config.corpus, config.themes).texts
    asked = [texts[i : i + options.texts] for i in range(0, len(texts), options.texts)]
    command = [sys.executable, "-m", "paratheme", "serve", "--port", "0", "--model", options.model]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        address = urlsplit(server.stdout.readline().strip()).netloc
        while not is_ready(address):
            time.sleep(0.5)
        measure(address, [json.dumps({"texts": list(some)}).encode() for some in asked], server.pid, options)
        server.send_signal(signal.SIGTERM)
        print(f"exit status after SIGTERM: {server.wait(300)}")
    finally:
        server.kill()


def is_ready(address: str) -> bool:
    """Tell whether the model is loaded."""
    connection = http.client.HTTPConnection(address, timeout=60)
    connection.request("GET", "/ready")
    return connection.getresponse().status == 200


def measure(address: str, bodies: list[bytes], pid: int, options: argparse.Namespace) -> None:
    """Have clients ask for a while, and print what came of it."""
    stop, process = threading.Event(), psutil.Process(pid)
    step = len(bodies) // options.clients  # each client begins elsewhere
    clients = [
        Client(address, itertools.cycle(bodies[i * step :] + bodies[: i * step]), stop) for i in range(options.clients)
    ]
    began = time.perf_counter()
    for client in clients:
        client.start()
    while not all(client.seconds for client in clients):
        time.sleep(0.1)
    kept = [memory(process)]
    while time.perf_counter() - began < options.seconds:
        time.sleep(min(10, max(0.0, options.seconds - (time.perf_counter() - began))))
        kept.append(memory(process))
    stop.set()
    for client in clients:
        client.join()
    taken = time.perf_counter() - began
    seconds = [one for client in clients for one in client.seconds]
    errors = [one for client in clients for one in client.errors]
    percentiles = statistics.quantiles(seconds, n=100, method="inclusive")
    print(f"{options.clients} clients, {options.texts} texts a request, {taken:.0f} s: {len(seconds)} requests")
    print(f"errors {len(errors)}" + "".join(f"\n  {one}" for one in sorted(set(errors))[:5]))
    shown = {"p50": percentiles[49], "p99": percentiles[98], "longest": max(seconds)}
    print(", ".join(f"{name} {value * 1000:.0f} ms" for name, value in shown.items()))
    print(f"{len(seconds) / taken:.1f} requests/s, {options.texts * len(seconds) / taken:.1f} texts/s")
    print(f"memory {', '.join(f'{one:.0f}' for one in kept)} MB")


if __name__ == "__main__":
    main()
