"""Run the benchmarks of speed, or those that are named: `python -m tests.bench [step observe …]`.

Those that need a model (docs/benchmarks.md) take hours, and the 200 kills ten minutes: they are run
only by name.
"""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
NEED_A_MODEL = {"miniwob"}
LONG = {"kills"}
KNOWN = sorted(path.stem.removeprefix("bench_") for path in HERE.glob("bench_*.py"))


def main() -> int:
    wanted = sys.argv[1:] or sorted(set(KNOWN) - NEED_A_MODEL - LONG)
    if unknown := sorted(set(wanted) - set(KNOWN)):
        print(
            f"No such benchmark: {', '.join(unknown)}. Known: {', '.join(KNOWN)}.", file=sys.stderr
        )
        return 2
    failed = [
        name
        for name in wanted
        if subprocess.run(
            [sys.executable, "-m", f"tests.bench.bench_{name}"], check=False
        ).returncode
    ]
    if failed:
        print(f"Failed: {', '.join(failed)}.", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
