"""The command line as an operator meets it: nothing that she can do ends in a traceback."""

import argparse
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from concord.commands.main import COMMANDS, main, parser

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


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ({"DATABASE_URL": "postgres://nobody@127.0.0.1:1/x"}, "The database cannot be used"),
        ({"DATABASE_URL": "sqlite:////nowhere/x.db"}, "The database cannot be used"),
        ({"DATABASE_URL": "nonsense"}, "Not a valid database URL"),
        ({"CONCORD_HOME": __file__}, "CONCORD_HOME cannot be used"),
    ],
    ids=["nobody listens", "no folder", "no address", "a file for a folder"],
)
@pytest.mark.parametrize("words_typed", [["migrate"], ["journal", "verify"]], ids=lambda words: words[0])
def test_a_wrong_setting_is_told_in_one_line(words_typed, setting, words, tmp_path):
    home = os.environ | {"CONCORD_HOME": str(tmp_path)} | setting
    done = subprocess.run([*CONCORD, *words_typed], check=False, env=home, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (1, "")
    assert words in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_the_list_of_commands_has_a_line_for_each(monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "80")
    with pytest.raises(SystemExit):
        main(["--help"])
    lines = capsys.readouterr().out.partition("COMMAND\n")[2].splitlines()
    assert [line.split()[0] for line in lines] == list(COMMANDS)
    assert all(len(line.split()) > 2 for line in lines)


def _steps(parser, typed=()):
    """Every command with its steps, and the line that its parent’s help gives it."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            told = {choice.dest: choice.help for choice in action._choices_actions}
            for name, sub in action.choices.items():
                yield (*typed, name), told.get(name), sub
                yield from _steps(sub, (*typed, name))


def test_every_command_and_step_has_its_line_and_its_help(capsys):
    found = list(_steps(parser()))
    assert {typed[0] for typed, _, _ in found} == set(COMMANDS)
    for typed, line, sub in found:
        assert line, typed
        with pytest.raises(SystemExit) as ended:
            main([*typed, "--help"])
        assert ended.value.code == 0
        shown = capsys.readouterr().out
        assert shown.startswith("usage: concord")
        steps = argparse._SubParsersAction
        bare = [a.dest for a in sub._actions if not a.help and not isinstance(a, steps)]
        assert bare == [], (typed, "without a word of help")


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


def test_a_port_that_is_taken_is_told_before_any_work_is_done(tmp_path):
    home = os.environ | {"CONCORD_HOME": str(tmp_path)}
    with socket.create_server(("127.0.0.1", 0)) as taken:
        words = ["serve", "--port", str(taken.getsockname()[1])]
        done = subprocess.run([*CONCORD, *words], check=False, env=home, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (1, "")
    assert "address already in use. Choose another port" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("port", ["http", "0", "65536"])
def test_a_port_that_is_none_is_told(port, tmp_path):
    home = os.environ | {"CONCORD_HOME": str(tmp_path), "PORT": port}
    done = subprocess.run([*CONCORD, "serve"], check=False, env=home, capture_output=True, text=True)
    assert done.returncode == 2
    assert f"“{port}” is no port: a number from 1 to 65535" in done.stderr
