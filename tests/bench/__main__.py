"""Run the benchmarks of speed, or those that are named: `python -m tests.bench [step observe …]`.

What stands after a name and is none is its own argument: `fuzz 1000 --seed 7`. Those that need a
model (docs/benchmarks.md) take hours, and those in LONG ten minutes: they are run only by name.
"""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
NEED_A_MODEL = {"miniwob"}
LONG = {"faults", "fuzz", "kills", "soak"}
KNOWN = sorted(path.stem.removeprefix("bench_") for path in HERE.glob("bench_*.py"))


def asked(words: list[str]) -> dict[str, list[str]]:
    """The benchmarks that are named, each with the arguments after it. Raises ValueError."""
    found: dict[str, list[str]] = {}
    for word in words:
        if word in KNOWN:
            found[word] = []
        elif found and (word.startswith("-") or not word.isidentifier()):
            found[next(reversed(found))].append(word)
        else:
            raise ValueError(f"No such benchmark: {word}. Known: {', '.join(KNOWN)}.")
    return found


def main() -> int:
    try:
        wanted = asked(sys.argv[1:] or sorted({*KNOWN} - NEED_A_MODEL - LONG))
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    failed = [
        name
        for name, arguments in wanted.items()
        if subprocess.run(
            [sys.executable, "-m", f"tests.bench.bench_{name}", *arguments], check=False
        ).returncode
    ]
    if failed:
        print(f"Failed: {', '.join(failed)}.", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
