"""What is installed: a bill of materials (CycloneDX 1.6), licences, and known faults."""

from __future__ import annotations

import json
import re
import sys
from importlib.metadata import PackageNotFoundError, distribution
from typing import Any

from tests.conftest import ROOT

LOCK = ROOT / "requirements.lock"
SBOM = ROOT / "docs/sbom.cdx.json"
PAGE = ROOT / "docs/packages.md"
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==(\S+?)(?:\s*;\s*(.*?))?\s*\\?$")
_UNKNOWN = "not stated"
# What stands in this repository and was made by others: folder, and the licence's name in SPDX.
BUNDLED = (
    {
        "name": "Arimo",
        "version": "regular, bold, italic",
        "licence": "OFL-1.1",
        "folder": "analysis/paper/figures/fonts",
        "use": "the letters of all figures",
    },
)


def packages() -> list[dict[str, str]]:
    """Give name, version and licence of every package of the lock file, in its order.

    The licence is that of the installed package; one that this computer does not need (for another
    system, for instance) is not installed, and nothing is stated for it.
    """
    found: list[dict[str, str]] = []
    for line in LOCK.read_text(encoding="utf-8").splitlines():
        pinned = _PINNED.match(line)
        if pinned:
            entry = {"name": pinned[1], "version": pinned[2], "licence": _licence(pinned[1])}
            found.append(entry)
    return found


def _licence(name: str) -> str:
    try:
        told = distribution(name).metadata
    except PackageNotFoundError:
        return _UNKNOWN
    # One of two libraries of metadata may stand behind it, and one raises for what is not there.
    if expression := told.get_all("License-Expression"):
        return str(expression[0])
    classes = [x.split(" :: ")[-1] for x in told.get_all("Classifier") or () if "License ::" in x]
    short = str((told.get_all("License") or [""])[0]).strip().splitlines()
    return "; ".join(classes) or (short[0][:80] if short else _UNKNOWN)


def bill() -> dict[str, Any]:
    """Give the bill of materials; without a clock and a random number, the same every time."""
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": project["name"],
                "name": project["name"],
                "version": project["version"],
                "licenses": [{"license": {"id": project["license"]}}],
            }
        },
        "components": [
            {
                "type": "library",
                "bom-ref": f"pkg:pypi/{entry['name'].lower()}@{entry['version']}",
                "name": entry["name"],
                "version": entry["version"],
                "purl": f"pkg:pypi/{entry['name'].lower()}@{entry['version']}",
                **(
                    {"licenses": [{"license": {"name": entry["licence"]}}]}
                    if entry["licence"] != _UNKNOWN
                    else {}
                ),
            }
            for entry in packages()
        ]
        + [
            {
                "type": "file",
                "bom-ref": entry["folder"],
                "name": entry["name"],
                "version": entry["version"],
                "licenses": [{"license": {"id": entry["licence"]}}],
            }
            for entry in BUNDLED
        ],
    }


def page() -> str:
    """Give the list for people."""
    rows = "\n".join(
        f"| {entry['name']} | {entry['version']} | {entry['licence'].replace('|', '/')} |"
        for entry in packages()
    )
    bundled = "\n".join(
        f"| {entry['name']} ({entry['version']}) | {entry['use']} | `{entry['folder']}` | "
        f"{entry['licence']} |"
        for entry in BUNDLED
    )
    return (
        "# Packages and their licences\n\n"
        "Written by `make sbom` from `requirements.lock` and what is installed; the same as a "
        "CycloneDX bill of\nmaterials is in `docs/sbom.cdx.json`. *Not stated*: the package is not "
        "installed on the computer that\nwrote this page, or names no licence.\n\n"
        f"| package | version | licence |\n|---|---|---|\n{rows}\n\n"
        "## Work of others in this repository\n\nThe licence itself stands in the folder.\n\n"
        f"| what | used for | folder | licence |\n|---|---|---|---|\n{bundled}\n"
    )


def audit() -> int:
    """Ask pip-audit about the lock file; say so where it cannot ask anybody."""
    import importlib.util
    import subprocess

    if importlib.util.find_spec("pip_audit") is None:
        print("pip-audit is not installed: pip install pip-audit, then run this again.")
        print("NOT CHECKED: nothing is known about faults of the packages.")
        return 2
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pip_audit", "--requirement", str(LOCK), "--disable-pip"),
            *("--require-hashes", "--progress-spinner", "off", "--timeout", "15"),
            *("--format", "json"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    text, status = verdict(done.stdout, done.stderr)
    print(text)
    return status


def verdict(answer: str, said: str) -> tuple[str, int]:
    """Put the answer of pip-audit into words.

    A package that its database does not know is passed over, and "no known vulnerabilities" is said
    also where that was so of all of them.

    Parameters
    ----------
    answer, said
        What it wrote as JSON, and what it complained of.

    Returns
    -------
    tuple
        The words, and the status: 0 if all were looked up and none has a fault, 1 if one has, 2 if
        not all could be looked up.
    """
    try:
        found = json.loads(answer)["dependencies"]
    except (ValueError, KeyError, TypeError):
        complaint = said.strip()[-600:]
        return f"{complaint}\nNOT CHECKED: no database of known faults could be reached.", 2
    lines = [
        f"{entry['name']} {entry['version']}: {fault['id']}, mended in "
        f"{', '.join(fault['fix_versions']) or 'no version yet'}"
        for entry in found
        for fault in entry.get("vulns", ())
    ]
    unknown = [entry["name"] for entry in found if "skip_reason" in entry]
    looked_up = len(found) - len(unknown)
    lines.append(f"{looked_up} of {len(found)} packages looked up, {len(lines)} known faults.")
    if unknown:
        names = ", ".join(unknown[:5]) + (" …" if len(unknown) > 5 else "")
        lines.append(f"NOT CHECKED: the database did not answer for {len(unknown)} ({names}).")
    faults = len(lines) - 1 - bool(unknown)
    return "\n".join(lines), 1 if faults else 2 if unknown or not found else 0


def main() -> int:
    """Run: ``--write`` or ``--audit``."""
    if sys.argv[1:] == ["--audit"]:
        return audit()
    if sys.argv[1:] != ["--write"]:
        print("usage: python -m tests.project.packages --write | --audit")
        return 2
    text = json.dumps(bill(), indent=1, ensure_ascii=False) + "\n"
    SBOM.write_text(text, encoding="utf-8", newline="\n")
    PAGE.write_text(page(), encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
