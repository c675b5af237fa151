"""``paratheme ui``."""

from __future__ import annotations

import argparse
import subprocess
import sys


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("--port", type=int, default=5000)
    parser.add_argument("--host", default="127.0.0.1")


def execute(options: argparse.Namespace) -> int:
    """Open the MLflow UI on the store that runs go to."""
    import mlflow

    from paratheme.tracking.store import EXPERIMENT, existing_store
    from paratheme.tracking.ui import runs_page

    with existing_store() as client:
        uri = mlflow.get_tracking_uri()
        if uri.startswith("http"):
            print(f"The runs are on a tracking server: {uri}")
            return 0
        address = f"http://{options.host}:{options.port}"
        experiments = client.search_experiments(filter_string=f"name = '{EXPERIMENT}'")
    page = runs_page(address, experiments[0].experiment_id) if experiments else address
    print(f"runs, the best first: {page}", file=sys.stderr)
    command = [sys.executable, "-m", "mlflow", "ui", "--backend-store-uri", uri]
    return subprocess.run([*command, "--host", options.host, "--port", str(options.port)], check=False).returncode
