"""BrowserGym's own step (act, wait, observe), in its own environment: needs no handeye.

Arguments: the id of a task, its arguments as JSON, a selector of what to click, and "default" or
"none" for its waits (`slow_mo` and `pre_observation_delay`).
"""

import json
import sys
import time

import browsergym.core
import browsergym.miniwob  # noqa: F401
import gymnasium


def main() -> None:
    task, arguments, selector, waits = sys.argv[1:]
    waitless = {"slow_mo": 0, "pre_observation_delay": 0} if waits == "none" else {}
    env = gymnasium.make(
        f"browsergym/{task}",
        task_kwargs=json.loads(arguments),
        disable_env_checker=True,
        **waitless,
    ).unwrapped
    env.reset(seed=1)
    bid = env.page.locator(selector).first.get_attribute("bid")
    print("ready", flush=True)
    for line in sys.stdin:
        seconds = []
        for _ in range(int(line)):
            started = time.perf_counter()
            observation, *_ = env.step(f"click({bid!r})")
            seconds.append(time.perf_counter() - started)
            assert not observation["last_action_error"], observation["last_action_error"]
        print(json.dumps(seconds), flush=True)
    env.close()


if __name__ == "__main__":
    main()
