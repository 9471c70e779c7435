"""The memory of a web process that has shown every page several times."""

from __future__ import annotations

from pathlib import Path

from instance import heading, set_up, verdict

set_up()

TARGET, ROUNDS = 200, 5  # MB


def resident() -> float:
    """Megabytes that the process holds now (Linux)."""
    lines = Path("/proc/self/status").read_text().splitlines()
    line = next(line for line in lines if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def main() -> None:
    """Megabytes after the start and after every page was shown."""
    heading("Memory of a web process")
    if not Path("/proc/self/status").exists():
        print("not measured: this system has no /proc")
        return
    import concord.config.wsgi  # noqa: F401  what a web process loads

    start = resident()
    from pages import pages

    for _ in range(ROUNDS):
        for _kind, _name, address, who in pages():
            who.get(address)
    now = resident()
    print(
        f"{start:.0f} MB at the start, {now:.0f} MB after {ROUNDS} rounds of every page; "
        f"target {TARGET} MB: {verdict(now < TARGET)}"
    )


if __name__ == "__main__":
    main()
