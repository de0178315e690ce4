"""handeye's reset and step on MiniWoB++. Arguments and answers as in browsergym_reset.py."""

import json
import sys
import time
from itertools import cycle

from handeye.actions import Click, Point, Target
from handeye.envs.miniwob import MiniwobEnv


def main() -> None:
    names, place = sys.argv[1:]
    x, y = map(float, place.split(","))
    turns = enumerate(cycle(names.split(",")))
    with MiniwobEnv() as env:
        print("ready", flush=True)
        for line in sys.stdin:
            seconds = []
            for _ in range(int(line)):
                number, name = next(turns)
                times = [time.perf_counter()]
                env.reset(name, number)
                env.observe()
                times.append(time.perf_counter())
                env.act(Click(target=Target(point=Point(x=x, y=y))))
                env.observe()
                times.append(time.perf_counter())
                seconds += [times[1] - times[0], times[2] - times[1]]
            print(json.dumps(seconds), flush=True)


if __name__ == "__main__":
    main()
