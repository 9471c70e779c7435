"""Nothing of the machine that it was written on goes into the project."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# Folders of one machine, and hosts that serve packages: locks name packages by hash alone.
PATHS = re.compile(r"(?<![\w.~-])/(?:work|root|home/[a-z]\w*|Users/\w+)/[\w.-]+")
HOSTS = re.compile(
    r"pypi\.org|pythonhosted\.org|registry\.npmjs\.org|https?://[\w.-]*(?:artifactory|nexus|mirror)[\w.-]*",
    re.IGNORECASE,
)
BIGGEST = 1_500_000  # bytes of a file


def tracked() -> list[Path]:
    found = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if found.returncode:
        pytest.skip("not a git working copy")
    return [ROOT / name for name in found.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


def test_no_tracked_file_names_a_registry_or_a_development_machine() -> None:
    wrong = []
    for path in tracked():
        if path == Path(__file__):
            continue
        try:
            text = path.read_text("utf-8")
        except UnicodeDecodeError:
            continue  # a picture or a workbook
        for number, line in enumerate(text.splitlines(), 1):
            if PATHS.search(line) or HOSTS.search(line):
                wrong.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:120]}")
    assert not wrong, "\n".join(wrong)


def test_no_tracked_file_is_big() -> None:
    big = [str(path.relative_to(ROOT)) for path in tracked() if path.stat().st_size > BIGGEST]
    assert not big, f"Keep these out of the repository: {big}"
