"""The lock file names a version for every dependency that its range admits, with hashes and without a registry.

Run by the gate; `python tests/contract/lock.py` ends with 1 and says what does not fit.
"""

import re
import sys
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]


def problems() -> list[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [line for lines in project["optional-dependencies"].values() for line in lines]
    wanted = [each for each in map(Requirement, project["dependencies"] + extras) if each.name != project["name"]]
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    locked = {
        canonicalize_name(name): version for name, version in re.findall(r"^([\w.-]+)==([\w.+!-]+)", lock, re.MULTILINE)
    }
    found = [
        f"{each.name}: {locked.get(canonicalize_name(each.name), 'not locked')}, pyproject.toml says {each.specifier}"
        for each in wanted
        if not each.specifier.contains(locked.get(canonicalize_name(each.name), "0a0"), prereleases=True)
    ]
    if "://" in lock:
        found.append("the lock file names an address; write it without the index")
    if lock.count("--hash=sha256:") < len(locked):
        found.append("the lock file has lines without hashes")
    return found


if __name__ == "__main__":
    sys.exit("\n".join(problems()) or 0)
