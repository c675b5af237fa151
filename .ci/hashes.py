"""The hash of every archive that the tests install: hashes.txt is written, or compared with what an index gives today.

python .ci/hashes.py [--write]

Exits with 1 where an archive of the same version has another hash. PyTorch's differ by where they come from (for
processors alone, for CUDA) and are told, no more.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

FILE = Path(__file__).parents[1] / "hashes.txt"
BUILDS = {"torch"}  # packages of which an index may have another build of the same version
HEAD = "# SHA-256 of the archives of constraints.txt that CI installed; python .ci/hashes.py compares them.\n"


def main() -> int:
    """Write or compare."""
    found = archives()
    if "--write" in sys.argv[1:]:
        lines = [f"{name}=={version} --hash=sha256:{digest}\n" for (name, version), digest in sorted(found.items())]
        FILE.write_text(HEAD + "".join(lines), "utf-8")
        print(f"hashes: {len(found)} written to {FILE.name}")
        return 0
    known = {}
    for line in FILE.read_text("utf-8").splitlines()[1:]:
        pinned, digest = line.split(" --hash=sha256:")
        name, version = pinned.split("==")
        known[name, version] = digest
    others = sorted(archive for archive, digest in found.items() if known.get(archive, digest) != digest)
    unknown = sorted(set(found) - set(known))
    strange = [name for name, _ in others if name not in BUILDS]
    print(
        f"hashes: {len(found) - len(others) - len(unknown)} of {len(found)} archives are those that CI installed; "
        f"another build: {', '.join(name for name, _ in others) or 'none'}; "
        f"another version: {', '.join(name for name, _ in unknown) or 'none'}\n"
    )
    return 1 if strange else 0


def archives() -> dict[tuple[str, str], str]:
    """Ask pip what it would install, without installing anything: name and version -> hash."""
    command = [sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed", "--quiet", "--report", "-"]
    command += ["--disable-pip-version-check", "-c", "constraints.txt", "-e", ".[dev,docs]"]
    done = subprocess.run(command, cwd=FILE.parent, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"hashes: pip found no way to install what constraints.txt has: {done.stderr.strip()[-300:]}")
    found = {}
    for one in json.loads(done.stdout)["install"]:
        archive = one["download_info"].get("archive_info")  # none: this project
        if archive:
            found[one["metadata"]["name"].lower(), one["metadata"]["version"]] = archive["hashes"]["sha256"]
    return found


if __name__ == "__main__":
    sys.exit(main())
