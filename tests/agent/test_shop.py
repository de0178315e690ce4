"""Every task of the shop is done, by its words and by its oracle, in one browser for all."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from handeye.agent.guard import default_policy
from handeye.envs.browser import BrowserEnv
from handeye.envs.reach import Reach
from handeye.envs.shop import TASKS, ShopTask, serve
from handeye.episodes import RunResult

HERE = ("127.0.0.1",)


@pytest.fixture(scope="module")
def env() -> Iterator[BrowserEnv]:
    with BrowserEnv(reach=Reach(domains=HERE, named=HERE)) as made:
        yield made


def judged(task: ShopTask, env: BrowserEnv, run: Any, planner: str) -> tuple[bool, RunResult]:
    """What the server makes of what was done."""
    with serve() as shop:
        task.prepare(shop.state)
        env.open(shop.url + task.start, fresh=True)
        policy = default_policy(shop.url, task=task.instruction)
        result, _ = run(env, task.instruction, planner, policy=policy, steps=100, seconds=100)
        return task.succeeded(shop.state, result.answer), result


# The first is done by the command `handeye demo` (tests/cli).
@pytest.mark.parametrize("task", TASKS[1:], ids=lambda task: task.name)
def test_each_task_is_done_from_its_words(task: ShopTask, env: BrowserEnv, agent_run: Any) -> None:
    succeeded, result = judged(task, env, agent_run, "instructions")
    assert result.ok, result.message
    assert succeeded


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.name)
def test_each_oracle_solves_its_task(
    task: ShopTask, env: BrowserEnv, agent_run: Any, tmp_path: Path
) -> None:
    script = tmp_path / "oracle.json"
    script.write_text(json.dumps([action.model_dump(mode="json") for action in task.oracle]))
    succeeded, result = judged(task, env, agent_run, f"scripted:{script}")
    assert succeeded, result.message
