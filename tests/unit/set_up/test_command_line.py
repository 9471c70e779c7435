"""The command line as an operator meets it: nothing that she can do ends in a traceback."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

LONDON = Path(__file__).resolve().parents[3] / "charters/london-2019.toml"
CONCORD = [sys.executable, "-m", "concord.commands.main"]


@pytest.mark.parametrize(
    "words",
    [["charter", "load", str(LONDON)], ["journal", "verify"], ["import", "published", str(LONDON)]],
    ids=lambda words: words[0],
)
def test_without_tables_a_command_says_what_to_run(words, tmp_path):
    home = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"} | {"CONCORD_HOME": str(tmp_path)}
    done = subprocess.run([*CONCORD, *words], check=False, env=home, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.strip().endswith("Run: concord migrate")
    assert "Traceback" not in done.stderr


def test_a_reader_that_has_enough_ends_a_command_quietly():
    read, write = os.pipe()
    os.close(read)
    words = ["charter", "check", str(LONDON)]
    done = subprocess.run([*CONCORD, *words], check=False, stdout=write, stderr=subprocess.PIPE)
    os.close(write)
    assert (done.returncode, done.stderr) == (1, b"")


def test_links_in_letters_lead_to_the_port_that_is_served():
    words = "from concord.config.settings import SITE_URL; print(SITE_URL)"
    place = {k: v for k, v in os.environ.items() if k != "CONCORD_URL"} | {"PORT": "8231"}
    done = subprocess.run(
        [sys.executable, "-c", words], check=True, env=place, capture_output=True, text=True
    )
    assert done.stdout.strip() == "http://127.0.0.1:8231"
