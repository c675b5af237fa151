"""``paratheme serve``."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib.util import find_spec
from typing import TYPE_CHECKING

from paratheme.cli.ui import address_of, free_port
from paratheme.errors import UsageError, validated

if TYPE_CHECKING:
    from paratheme.classifier.classifier import ThemeClassifier
    from paratheme.classifier.service_gate import ServiceSettings
    from paratheme.tracking.addresses import Source

NEEDED = ("fastapi", "uvicorn", "python_multipart", "prometheus_client")
SHORTEST = 16  # characters of a token
KEEP_ALIVE = 75  # seconds that a connection may rest: longer than proxies and clients wait, or a request meets its end
LIMITS = (  # option, kind, default, meaning
    ("max-megabytes", float, 50.0, "size of a request"),
    ("max-texts", int, 2000, "texts of a request, or blocks of its documents"),
    ("max-seconds", float, 300.0, "for a request to come, and for its answer to be made"),
    ("max-waiting", int, 4000, "texts that wait for the model"),
    ("max-requests", int, 32, "requests in hand at once"),
)


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("--model", metavar="MODEL", help="a folder, a run, models:/...; default: the champion")
    parser.add_argument("--themes", metavar="NAME", help="the theme set whose champion files, where there are several")
    parser.add_argument("--host", default="127.0.0.1", help="0.0.0.0: other machines may ask too; set a token then")
    parser.add_argument("--port", type=int, default=8008, help="where it answers; 0: any that is free")
    told = "an environment variable that holds a token, which requests then need; may be repeated"
    parser.add_argument("--token-env", action="append", default=[], metavar="NAME", help=told)
    for name, kind, default, told in LIMITS:
        parser.add_argument(f"--{name}", type=kind, default=default, metavar="NUMBER", help=told)


def execute(options: argparse.Namespace) -> int:
    """Answer requests with a classifier: the service, and a page to drop files on."""
    _check_installed()
    from paratheme.classifier.service_gate import ServiceSettings
    from paratheme.tracking.addresses import describe, find_source, load_source

    names = [name.replace("-", "_") for name, *_ in LIMITS]
    settings = validated(ServiceSettings, {name: getattr(options, name) for name in names})
    tokens = tokens_of(options.token_env)
    port = free_port(options.host, options.port)
    source = find_source(options.model, options.themes)

    def load() -> ThemeClassifier:
        classifier = load_source(source)
        print(f"paratheme: filing with {describe(source, classifier)}", file=sys.stderr)
        return classifier

    return serve(load, source, settings, tokens, options.host, port)


def serve(
    load: Callable[[], ThemeClassifier],
    source: Source,
    settings: ServiceSettings,
    tokens: Sequence[str],
    host: str,
    port: int,
) -> int:
    """Answer requests until a signal ends it; what is in hand then is finished."""
    import uvicorn

    from paratheme.classifier.service import Service
    from paratheme.classifier.service_routes import make_app

    class Server(uvicorn.Server):
        async def startup(self, sockets: object = None) -> None:
            await super().startup()
            print(address_of(host, port), flush=True)
            print("paratheme: Ctrl-C ends it", file=sys.stderr)

        def handle_exit(self, sig: int, frame: object) -> None:
            service.ending = True
            super().handle_exit(sig, None)

    failures: list[Exception] = []

    def broken(error: Exception) -> None:
        failures.append(error)
        server.should_exit = True

    service = Service(load, source.uri, settings, broken)
    server = Server(
        uvicorn.Config(
            make_app(service, tokens),
            host=host,
            port=port,
            http="h11",
            ws="none",
            log_level="error",
            access_log=False,
            server_header=False,
            timeout_keep_alive=KEEP_ALIVE,
            timeout_graceful_shutdown=int(settings.max_seconds) + 1,
        )
    )
    with suppress(KeyboardInterrupt):  # the signal that ended it, once more, after all was finished
        server.run()
    if failures:
        raise failures[0]
    return 0


def tokens_of(names: Sequence[str]) -> list[str]:
    """Return the tokens that environment variables hold.

    Raises
    ------
    UsageError
        If one is not set, or is short enough to be guessed.
    """
    tokens = []
    for name in names:
        token = os.environ.get(name, "").strip()
        if len(token) < SHORTEST:
            told = f"holds {len(token)} characters" if token else "is not set"
            raise UsageError(f"--token-env {name}: {told}; give it a secret of at least {SHORTEST}")
        tokens.append(token)
    return tokens


def _check_installed() -> None:
    if missing := [name for name in NEEDED if find_spec(name) is None]:
        raise UsageError(f"the service needs {missing[0].replace('_', '-')}; pip install 'paratheme[serve]'")
