"""Copy GOV.UK Frontend, and what tally's page needs, into the pages' static files.

GDS Transport and the crest are licensed for the GOV.UK domain alone, so they stay behind; the source map
comments point to files that are not shipped, at which the manifest storage of static files stops. Packages
that are not modules are wrapped into one, so that a worker can import them without a bundler.
"""

from __future__ import annotations

import gzip
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ROOT / "node_modules"
SOURCE = PACKAGES / "govuk-frontend/dist/govuk"
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


def module(text: str) -> str:
    """A script that fills ``exports``, as a module whose default export is that object."""
    head = "const exports = {}, module = { exports };\n(function () {\n"
    return f"{head}{js(text)}\n}}).call(globalThis);\nexport default exports;\n"


def duckdb(text: str) -> str:
    """DuckDB's module with the one package that it names bare found beside it."""
    text, found = re.subn(r'import\*as (\w+) from"apache-arrow"', r'import \1 from"./arrow.js"', js(text))
    if found == 0 or 'from"apache-arrow"' in text:
        raise SystemExit("DuckDB has changed: scripts/vendor.py does not know how it imports apache-arrow")
    return text


TALLY = {
    "duckdb.js": ("@duckdb/duckdb-wasm/dist/duckdb-browser-blocking.mjs", duckdb),
    "arrow.js": ("apache-arrow/Arrow.es2015.min.js", module),
    "xlsx.js": ("@e965/xlsx/xlsx.mjs", js),
    "sax.js": ("sax/lib/sax.js", module),
}


def engine() -> None:
    """DuckDB itself, and beside it compressed once: 34 MB would be squeezed anew at each start of the server."""
    content = (PACKAGES / "@duckdb/duckdb-wasm/dist/duckdb-eh.wasm").read_bytes()
    (TARGET / "tally/duckdb.wasm").write_bytes(content)
    (TARGET / "tally/duckdb.wasm.gz").write_bytes(gzip.compress(content, 9, mtime=0))


def main() -> None:
    """Write every file anew."""
    if not SOURCE.is_dir():
        sys.exit(f"{SOURCE} is not there: run “make setup”, which installs it with npm")
    (TARGET / "tally").mkdir(parents=True, exist_ok=True)
    for name, clean in {"govuk-frontend.min.css": css, "govuk-frontend.min.js": js}.items():
        (TARGET / name).write_text(clean((SOURCE / name).read_text("utf-8")), "utf-8")
    for name, (path, clean) in TALLY.items():
        (TARGET / "tally" / name).write_text(clean((PACKAGES / path).read_text("utf-8")), "utf-8")
    engine()


if __name__ == "__main__":
    main()
