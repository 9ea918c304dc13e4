"""`make audit`: known vulnerabilities of what is locked, but for those accepted with a reason and a last day.

`--strict` matters: without it the scanner says "no known vulnerabilities" even when it could ask nobody.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
LOCK, ACCEPTED = ROOT / "requirements/run.lock", ROOT / "requirements/accepted-advisories.toml"


def open_advisories(report: Mapping[str, Any], accepted: Mapping[str, Any], today: date) -> list[str]:
    """What the scanner found and nobody has accepted until today, a line each."""
    found = []
    for package in report["dependencies"]:
        for advisory in package.get("vulns", ()):
            names = {advisory["id"], *advisory.get("aliases", ())}
            if not any(name in accepted and accepted[name]["until"] >= today for name in names):
                fixed = ", ".join(advisory.get("fix_versions", ())) or "no version yet"
                found.append(f"{package['name']} {package['version']}: {' '.join(sorted(names))}, fixed in {fixed}")
    return found


def main() -> int:
    """Ask the scanner; 0 when nothing is open, 1 when something is, 2 when it could not be asked."""
    command = [sys.executable, "-m", "pip_audit", "--strict", "--disable-pip", "--require-hashes", "--format=json"]
    done = subprocess.run([*command, "-r", str(LOCK)], capture_output=True, text=True, check=False)
    try:
        report = json.loads(done.stdout)
    except ValueError:
        sys.stderr.write(done.stderr)
        return 2
    lines = open_advisories(report, tomllib.loads(ACCEPTED.read_text()), datetime.now(UTC).date())
    sys.stdout.write("\n".join(lines or ["nothing open"]) + "\n")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
