"""Mutated answers of models through the real parser, planner, guard, journal and loop.

`python -m tests.bench fuzz [ANSWERS] [--seed SEED]` (default 100,000 and 1). What must hold is in
tests/agent/fuzz/runs.py; a case that breaks it is named by its number, `play(case_of(Random(NUMBER)),
Path("empty"))`, and the exit code is 1. The screen
is the last sink and no browser, so that this measures no speed of steps.
"""

import argparse
import sys
import tempfile
import time
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from tests.agent.fuzz.runs import FORMS, Played, case_of, play
from tests.bench.figures import err, table

SLOW_SECONDS = 10.0
"""A run of a few answers that takes longer hangs in one of them."""


@dataclass
class Tally:
    total: Played = field(default_factory=Played)
    runs: int = 0
    slowest: float = 0.0
    broken: list[str] = field(default_factory=list)

    def play(self, number: int, room: Path) -> None:
        case = case_of(Random(number))
        start = time.monotonic()
        try:
            self.total.add(play(case, room))
        except Exception as error:  # noqa: BLE001  whatever comes out is what is looked for
            told = "".join(traceback.format_exception(error)[-3:])
            self.broken.append(f"Case {number}, {case.family}, {case.policy}: {told}")
        took = time.monotonic() - start
        if took > SLOW_SECONDS:
            self.broken.append(f"Case {number}: {took:.0f} seconds")
        self.runs += 1
        self.slowest = max(self.slowest, took)


def report(tally: Tally, seconds: float) -> None:
    total = tally.total
    rows = [
        ("answers given to the planners and the grounder", f"{total.answers:,}"),
        ("of these different ones", f"{len(total.different):,}"),
        ("runs, in the forms of families", f"{tally.runs:,}, {len(FORMS)}"),
        ("actions that reached the screen", f"{total.sent.total():,} of {len(total.sent)} kinds"),
        ("refused by the guard", f"{total.refused.total():,} by {len(total.refused)} rules"),
        ("answers that could not be used", f"{total.problems.total():,}"),
        ("ways in which runs ended", f"{len(total.ended)}: {_listed(total)}"),
        ("seconds, and of the slowest run", f"{seconds:.0f}, {tally.slowest:.2f}"),
        ("rules broken", f"{len(tally.broken)}"),
    ]
    table("Mutated answers", ("", ""), rows)


def _listed(total: Played) -> str:
    return ", ".join(f"{reason} {count:,}" for reason, count in total.ended.most_common())


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench fuzz")
    parser.add_argument("answers", type=int, nargs="?", default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    tally, start = Tally(), time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        while tally.total.answers < wanted.answers:
            tally.play(wanted.seed * 1_000_000 + tally.runs, Path(name))
            if tally.runs % 50 == 0:
                seconds = time.monotonic() - start
                told = f"{tally.total.answers:,} of {wanted.answers:,} answers, {seconds:.0f} s"
                err.print(f"{told}, {len(tally.broken)} broken", end="\r")
    report(tally, time.monotonic() - start)
    for each in tally.broken[:20]:
        print(each, file=sys.stderr)
    return 1 if tally.broken else 0


if __name__ == "__main__":
    sys.exit(main())
