"""Promises of the set-up: pinned by hash, no address in any lock, nothing of GOV.UK's own, no inline script."""

import json
import re
from pathlib import Path

import pytest
from django.core.management import call_command

ROOT = Path(__file__).resolve().parents[2]
PAGES = ROOT / "src/concord/pages"
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))


@pytest.mark.parametrize("path", [*LOCKS, ROOT / "package-lock.json"], ids=lambda path: path.name)
def test_no_lock_names_an_address(path):
    assert not re.findall(r"\w+://\S+", path.read_text())


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.name)
def test_every_python_package_is_pinned_by_hash(path):
    entries = re.split(r"\n(?=\S)", path.read_text().strip())
    assert entries
    assert [entry for entry in entries if "==" not in entry or "--hash=sha256:" not in entry] == []


def test_every_front_end_package_is_pinned_by_hash():
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    names = [name for name in packages if name]
    assert "node_modules/govuk-frontend" in names
    assert all("integrity" in packages[name] and "resolved" not in packages[name] for name in names)


def test_what_serving_needs_is_pinned_alike_for_development():
    run, dev = ({*re.findall(r"^\S+==\S+", (ROOT / f"requirements/{name}.txt").read_text(), re.MULTILINE)}
                for name in ("run", "dev"))  # fmt: skip
    assert run
    assert run <= dev


def test_every_variable_that_is_read_is_written_down():
    read = set(re.findall(r'env\.\w+\(\s*"(\w+)"', (ROOT / "src/concord/config/settings.py").read_text()))
    assert len(read) > 20
    assert read - set(re.findall(r"`(\w+)`", (ROOT / "docs/operators/running.md").read_text())) == set()


@pytest.mark.parametrize("path", sorted(PAGES.rglob("*.html")), ids=lambda path: str(path.relative_to(PAGES)))
def test_no_template_carries_a_script_or_a_style(path):
    text = path.read_text()
    data = r"[^>]*type=.application/json"  # a data block runs nothing, and the policy lets it be
    runs = rf"<script(?![^>]*\bsrc=)(?!{data})|<style|\sstyle=|\son[a-z]+=[\"']|javascript:"
    assert not re.search(runs, text, re.IGNORECASE)


def test_what_is_served_holds_neither_the_gov_uk_font_nor_the_crest():
    text = "".join(path.read_text() for path in (PAGES / "static/vendor").glob("govuk-*"))
    assert ".govuk-button" in text
    assert not re.search(r"GDS Transport|govuk-crest|url\((?!data:)|sourceMappingURL", text)


def test_static_files_can_be_collected_as_they_are_served(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    }
    call_command("collectstatic", "--no-input", verbosity=0)
    paths = json.loads((tmp_path / "staticfiles.json").read_text())["paths"]
    assert {"concord.css", "concord.js", "mark.svg", "vendor/govuk-frontend.min.css"} <= paths.keys()
    assert (tmp_path / "vendor/govuk-frontend.min.js").exists(), "the module imports it by its own name"
    assert (tmp_path / "vendor/tally/duckdb.wasm.gz").exists(), "squeezed at set-up"
    assert not (tmp_path / "vendor/tally/duckdb.wasm.br").exists(), "not at every start, which takes minutes"
