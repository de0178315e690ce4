"""MiniWoB++: how long a reset and one step take, beside BrowserGym in one run.

`python -m tests.bench reset [ROUNDS]` (default 2). First handeye alone goes through all 130 tasks in
each round; a step is a click on the first element and the look after it. Then the contenders take
turns on every tenth task of BrowserGym's; there a step is a click in the middle of the task, so that
all do the same. Targets: medians of 150 ms for a reset and 80 ms for a step, and less than BrowserGym
with its waits at 0.
"""

import sys
from collections import defaultdict
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from time import perf_counter

from tests.bench.figures import err, milliseconds, table
from tests.bench.peers import running
from tests.bench.peers.browsergym_venv import (
    PYTHON,
    browsergym_environment,
    browsergym_ready,
    miniwob_html,
)

from handeye.actions import Click, Point, Target
from handeye.envs.miniwob import MiniwobEnv, all_tasks, browsergym_tasks

CORNER = Point(x=4, y=4)
MIDDLE = "120.0, 200.0"
PEERS = Path(__file__).parent / "peers"


def alone(rounds: int) -> dict[str, list[float]]:
    """What → seconds of each time."""
    seconds: dict[str, list[float]] = defaultdict(list)
    with MiniwobEnv() as env:
        for seed in range(rounds):
            for task in all_tasks():
                with err.status(f"Round {seed + 1} of {rounds}: {task}"):
                    times = [perf_counter()]
                    env.reset(task, seed)
                    times.append(perf_counter())
                    seen = env.observe()
                    times.append(perf_counter())
                    point = seen.elements[0].box.center if seen.elements else CORNER
                    env.act(Click(target=Target(point=point)))
                    env.observe()
                    times.append(perf_counter())
                pairs = zip(("reset", "first look", "step"), times, times[1:], strict=False)
                for what, start, end in pairs:
                    seconds[what].append(end - start)
    return seconds


def beside(rounds: int) -> dict[str, tuple[list[float], list[float]]]:
    """Contender → seconds of resets with their first look, and of steps."""
    browsergym_ready()
    names = ",".join(browsergym_tasks()[::10])
    count = names.count(",") + 1
    gym = (str(PYTHON), str(PEERS / "browsergym_reset.py"), names, MIDDLE)
    env = {**browsergym_environment(), "MINIWOB_URL": f"{(miniwob_html() / 'miniwob').as_uri()}/"}
    ours = [sys.executable, "-m", "tests.bench.peers.handeye_reset", names, MIDDLE]
    contenders = {
        "handeye": running(ours),
        "BrowserGym, its waits at 0": running([*gym, "none"], env),
        "BrowserGym": running([*gym, "default"], env),
    }
    taken: dict[str, list[float]] = {name: [] for name in contenders}
    with ExitStack() as stack:
        peers = {name: stack.enter_context(peer) for name, peer in contenders.items()}
        for number in range(rounds * count):
            for name, peer in peers.items():
                with err.status(f"{number} of {rounds * count} episodes: {name}"):
                    taken[name] += peer.steps(1)
    return {name: (seconds[::2], seconds[1::2]) for name, seconds in taken.items()}


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 2
    rows = [(what, *milliseconds(taken)) for what, taken in alone(rounds).items()]
    title = f"handeye in one living page, {rounds} × {len(all_tasks())} episodes"
    table(title, ("", "median ms", "p10 ms", "p90 ms"), rows)
    taken = beside(rounds)
    for number, what in enumerate(("reset and first look", "step")):
        ours = median(taken["handeye"][number])
        lines = [
            (name, *milliseconds(both[number]), f"{median(both[number]) / ours:.1f}")
            for name, both in taken.items()
        ]
        title = f"MiniWoB++, {what}: {len(taken['handeye'][number])} episodes each"
        table(title, ("", "median ms", "p10 ms", "p90 ms", "times handeye"), lines)


if __name__ == "__main__":
    main()
