"""MiniWoB++ in one living page: how long a reset, the first look and one step take.

`python -m tests.bench reset [ROUNDS]` (default 2) goes through all 130 tasks in each round. A step
is a click on the first element and the look after it. Targets: 150 ms for a reset and 80 ms for a
step, both as medians.
"""

import sys
import time
from collections import defaultdict

from tests.bench.figures import err, milliseconds, table

from handeye.actions import Click, Point, Target
from handeye.envs.miniwob import MiniwobEnv, all_tasks

CORNER = Point(x=4, y=4)


def measure(rounds: int) -> dict[str, list[float]]:
    """What → seconds of each time."""
    seconds: dict[str, list[float]] = defaultdict(list)
    with MiniwobEnv() as env:
        for seed in range(rounds):
            for task in all_tasks():
                with err.status(f"Round {seed + 1} of {rounds}: {task}"):
                    times = [time.perf_counter()]
                    env.reset(task, seed)
                    times.append(time.perf_counter())
                    seen = env.observe()
                    times.append(time.perf_counter())
                    point = seen.elements[0].box.center if seen.elements else CORNER
                    env.act(Click(target=Target(point=point)))
                    env.observe()
                    times.append(time.perf_counter())
                pairs = zip(("reset", "first look", "step"), times, times[1:], strict=False)
                for what, start, end in pairs:
                    seconds[what].append(end - start)
    return seconds


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 2
    rows = [(what, *milliseconds(taken)) for what, taken in measure(rounds).items()]
    title = f"MiniWoB++ in one living page, {rounds} × {len(all_tasks())} episodes"
    table(title, ("", "median ms", "p10 ms", "p90 ms"), rows)


if __name__ == "__main__":
    main()
