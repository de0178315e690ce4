"""Kill recordings and runs at random moments, and look at what is left.

`python -m tests.bench.bench_kills [KILLS]` (default 200): half of them kill a process that only
records, as fast as it can; half a `handeye run` in a browser. After each kill the episode must
open, hold every step that had finished, and say what was under way.
"""

import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.bench.figures import err, table
from tests.episodes.test_crashes import write_steps

from handeye.envs.shop import serve
from handeye.episodes import Episode, read_episode
from handeye.episodes.events import Acted, Intent
from handeye.episodes.keep import verify_episode

# What the command prints of a step whose action reached the browser.
DONE = re.compile(r"\s*(\d+)  .*  ok  ")
TASK = 'repeat 200 times: click "Paperclip", click "Help"'


def kill_recording(folder: Path, chance: random.Random) -> tuple[Episode, int]:
    """The episode of a killed recorder, and the last step that it had begun to act on."""
    path = folder / "recording"
    with write_steps(path) as process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(chance.uniform(0.0, 0.3))
        process.kill()
    acting = path / "acting"
    sent = int(acting.read_text() or -1) if acting.exists() else -1
    acting.unlink(missing_ok=True)
    return read_episode(path), sent


def kill_run(folder: Path, url: str, chance: random.Random) -> tuple[Episode, int]:
    """The episode of a killed `handeye run`, and the last action that it had told to be done."""
    path = folder / "run"
    code = "from handeye.cli import main; main()"
    command = [sys.executable, "-c", code, "run", TASK, "--url", url, "--out", str(path)]
    with subprocess.Popen(
        command, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as run:
        assert run.stderr is not None
        lines = [run.stderr.readline()]
        end = time.monotonic() + chance.uniform(0.0, 1.5)
        os.set_blocking(run.stderr.fileno(), False)
        while time.monotonic() < end:
            time.sleep(0.01)
        os.killpg(run.pid, signal.SIGKILL)
        lines += run.stderr.readlines()
    told = [int(found[1]) for line in lines if (found := DONE.match(line))]
    return read_episode(path), max(told, default=0) - 1


def problems(episode: Episode, told: int, *, acting: bool) -> list[str]:
    """What is wrong with what was left: nothing, if all is well."""
    found = [each for each in verify_episode(episode.path) if "cut off by a crash" not in each]
    acted = [r.event.step for r in episode.events if isinstance(r.event, Acted)]
    intents = [r.event.step for r in episode.events if isinstance(r.event, Intent)]
    if acted != sorted(set(acted)) or len(intents) - len(acted) not in (0, 1):
        found.append(f"steps are missing: {len(intents)} intents, {len(acted)} outcomes")
    known = max(intents if acting else acted, default=-1)
    if known < told:
        found.append(f"step {told + 1} had happened, and the episode knows {known + 1}")
    if (episode.in_flight is not None) != (len(intents) > len(acted)):
        found.append("the episode does not say what was under way")
    return found


def main() -> int:
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    chance = random.Random(2026)
    bad: list[str] = []
    steps = flying = torn = 0
    with serve() as shop:
        for number in range(kills):
            err.print(f"Kill {number + 1} of {kills}", end="\r")
            with tempfile.TemporaryDirectory() as name:
                recording = number % 2 == 0
                if recording:
                    episode, told = kill_recording(Path(name), chance)
                else:
                    episode, told = kill_run(Path(name), shop.url, chance)
                bad += problems(episode, told, acting=recording)
                steps += len(episode.steps)
                flying += episode.in_flight is not None
                torn += episode.torn
    rows = [
        ("kills", f"{kills}"),
        ("steps in what was left", f"{steps:,}"),
        ("episodes that say which action may have happened", f"{flying}"),
        ("last lines that were cut off and reported", f"{torn}"),
        ("finished steps lost, or episodes that do not open or verify", f"{len(bad)}"),
    ]
    table("Killed at random moments", ("", ""), rows)
    for each in bad:
        err.print(each)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
