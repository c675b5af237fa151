"""Known weaknesses and licences of what is installed; exits with 1 where there are any, or a licence binds who uses it.

python .ci/audit.py
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from importlib.metadata import Distribution, distributions

BINDING = re.compile(r"\b(A?GPL|SSPL|BUSL)\b|Affero|(?<!Lesser )General Public", re.IGNORECASE)
LESSER = re.compile(r"LGPL|Lesser", re.IGNORECASE)


def main() -> int:
    """Print both lists."""
    weak = weaknesses()
    binding = licences()
    return 1 if weak or binding else 0


def weaknesses() -> list[str]:
    """Ask the package index for what is known of the installed versions."""
    command = [sys.executable, "-m", "pip_audit", "--local", "--skip-editable", "--format", "json"]
    done = subprocess.run([*command, "--progress-spinner", "off"], capture_output=True, text=True, check=False)
    try:
        told = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        last = (done.stderr.strip().splitlines() or ["nothing was said"])[-1]
        print(f"weaknesses: skipped, the database was not reached: {last[:200]}\n")
        return []
    unknown = [one["name"] for one in told if "skip_reason" in one]
    weak = [f"{one['name']} {one['version']}: {weakness['id']}" for one in told for weakness in one.get("vulns", [])]
    if len(unknown) == len(told):
        print(f"weaknesses: skipped, the index knows none of the packages: {told[0]['skip_reason'][:200]}\n")
        return []
    print(
        f"weaknesses: {len(weak)} in {len(told) - len(unknown)} packages; not known to the index: {unknown or 'none'}"
    )
    print("".join(f"  {line}\n" for line in weak))
    return weak


def licences() -> list[str]:
    """List the licence of every installed package; return those that would bind who uses this one."""
    known = sorted({(one.metadata["Name"] or "", one.version, licence_of(one)) for one in distributions()})
    for name, version, licence in known:
        print(f"{name:<36} {version:<20} {licence}")
    binding = [f"{name}: {licence}" for name, _, licence in known if binds(licence)]
    unknown = [name for name, _, licence in known if licence == "unknown"]
    print(f"\n{len(known)} packages; binding: {binding or 'none'}; of no stated licence: {unknown or 'none'}")
    return binding


def licence_of(package: Distribution) -> str:
    """Return what a package says of its licence."""
    told = package.metadata
    if expression := told.get("License-Expression"):
        return str(expression)
    named = [one.rpartition(" :: ")[2] for one in told.get_all("Classifier", []) if one.startswith("License ::")]
    stated = (told.get("License") or "").strip().splitlines()
    return ", ".join(named) or (stated[0][:60] if stated else "unknown")


def binds(licence: str) -> bool:
    """Tell whether every choice that a licence leaves binds who uses the package."""
    choices = re.split(r"\s+OR\s+|, ", licence)
    return all(BINDING.search(LESSER.sub("", choice)) and not LESSER.search(choice) for choice in choices)


if __name__ == "__main__":
    sys.exit(main())
