"""BrowserGym's own reset and step on MiniWoB++, in its own environment: needs no handeye.

Arguments: the names of the tasks, by commas, a place to click in pixels of its screenshot, by a comma,
and "default" or "none" for its waits (`slow_mo` and `pre_observation_delay`). Of each episode the
seconds of the reset (with its first observation) and of one step are said.
"""

import json
import sys
import time
from itertools import cycle

import browsergym.miniwob  # noqa: F401
import gymnasium
from browsergym.core.action.highlevel import HighLevelActionSet


def main() -> None:
    names, place, waits = sys.argv[1:]
    waitless = {"slow_mo": 0, "pre_observation_delay": 0} if waits == "none" else {}
    read = HighLevelActionSet(subsets=["coord"]).to_python_code
    envs = [
        gymnasium.make(
            f"browsergym/miniwob.{name}",
            disable_env_checker=True,
            action_mapping=read,
            **waitless,
        ).unwrapped
        for name in names.split(",")
    ]
    turns = enumerate(cycle(envs))
    print("ready", flush=True)
    for line in sys.stdin:
        seconds = []
        for _ in range(int(line)):
            number, env = next(turns)
            times = [time.perf_counter()]
            env.reset(seed=number)
            times.append(time.perf_counter())
            env.step(f"mouse_click({place})")
            times.append(time.perf_counter())
            seconds += [times[1] - times[0], times[2] - times[1]]
            env.close()
        print(json.dumps(seconds), flush=True)


if __name__ == "__main__":
    main()
