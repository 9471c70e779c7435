"""``concord charter``: what it prints and how it ends."""

import argparse
import subprocess
import sys
from pathlib import Path

import pytest

from concord.commands import charter as command

ROOT = Path(__file__).parents[3]
LONDON = str(ROOT / "charters/london-2019.toml")
EAST_MIDLANDS = str(ROOT / "charters/east-midlands-2020.toml")


@pytest.fixture
def concord(capsys):
    def run(*words):
        parser = argparse.ArgumentParser()
        command.add_arguments(parser)
        code = command.run(parser.parse_args(words))
        return code, *capsys.readouterr()

    return run


@pytest.mark.parametrize("path", [LONDON, EAST_MIDLANDS])
def test_a_good_charter_is_summed_up(concord, path):
    code, out, err = concord("check", path)
    assert (code, err) == (0, "")
    assert "commitments" in out


def test_faults_come_one_a_line(concord, tmp_path):
    broken = tmp_path / "broken.toml"
    text = Path(LONDON).read_text("utf-8").replace('through = "data-lead"', 'through = "nobody"')
    broken.write_text(text.replace('code = "202"', 'code = "302"'), "utf-8")
    code, out, err = concord("check", str(broken))
    assert (code, out) == (1, "")
    assert len(err.splitlines()) == 3
    assert all(line.startswith("broken.toml, line ") for line in err.splitlines())


def test_a_year_by_month(concord):
    code, out, _ = concord("calendar", LONDON, "--year", "2026-27")
    assert code == 0
    assert out.index("\nApril 2026\n") < out.index("\nAugust 2026\n") < out.index("\nMarch 2027\n")
    assert "by Tue 11 August 2026, from 1 July 2026  L2.1c (2026-27Q1)  Data lead: " in out
    assert out.rstrip().endswith(": 23 duties.")


@pytest.mark.parametrize("year", ["2026-28", "next", "2026-27Q1", "2026", "2035-36"])
def test_a_bad_year_is_a_clear_refusal(concord, year):
    code, out, err = concord("calendar", LONDON, "--year", year)
    assert (code, out) == (1, "")
    assert err.strip()
    assert "Traceback" not in err


def test_editions_are_compared(concord, tmp_path):
    assert concord("diff", LONDON, LONDON) == (0, "Nothing changed.\n", "")
    code, out, _ = concord("diff", LONDON, EAST_MIDLANDS)
    assert code == 0
    assert "Member Rutland is new." in out
    code, _, err = concord("diff", str(tmp_path / "a"), str(tmp_path / "b"))
    assert code == 1
    assert len(err.splitlines()) == 2


def test_no_django_is_needed():
    script = (
        "import argparse, sys; from concord.commands import charter as c; p = argparse.ArgumentParser();"
        f"c.add_arguments(p); code = c.run(p.parse_args(['check', {LONDON!r}]));"
        "sys.exit(code or any(m == 'django' or m.startswith('django.') for m in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
