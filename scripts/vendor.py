"""Copy GOV.UK Frontend into the pages' static files, without what only service.gov.uk may use.

GDS Transport and the crest are licensed for the GOV.UK domain alone; the source map comments point to
files that are not shipped, at which the manifest storage of static files stops.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "node_modules/govuk-frontend/dist/govuk"
TARGET = ROOT / "src/concord/pages/static/vendor"
FONTS = "Arial,Helvetica,sans-serif"


def css(text: str) -> str:
    """The style sheet with the system's sans serif, no crest, and no address of another file."""
    text = re.sub(r"@font-face\{[^}]*\}|/\*!.*?\*/", "", text, flags=re.DOTALL)
    text = re.sub(r"[^{}]*\{[^{}]*govuk-crest[^{}]*\}", "", text)
    text = text.replace("GDS Transport,arial,sans-serif", FONTS)
    text = re.sub(r"/\*# sourceMappingURL=.*?\*/", "", text)
    left = re.findall(r"GDS Transport|url\((?!data:)[^)]*\)|sourceMappingURL", text)
    if left:
        raise SystemExit(f"GOV.UK Frontend has changed: scripts/vendor.py does not know {sorted(set(left))}")
    return text


def js(text: str) -> str:
    """The module without its source map comment."""
    return re.sub(r"//# sourceMappingURL=.*", "", text)


def main() -> None:
    """Write both files anew."""
    if not SOURCE.is_dir():
        sys.exit(f"{SOURCE} is not there: run “make setup”, which installs it with npm")
    TARGET.mkdir(parents=True, exist_ok=True)
    for name, clean in {"govuk-frontend.min.css": css, "govuk-frontend.min.js": js}.items():
        (TARGET / name).write_text(clean((SOURCE / name).read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main()
