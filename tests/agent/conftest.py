"""A small real environment, a form with state of its own, and runs of the real loop in it."""

import io
import json
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw

from handeye.actions import Action, Box, Point, ScreenSpace, Size
from handeye.actions.errors import BrowserLostError
from handeye.agent.asking import Approver, Asker, approve_at_terminal, ask_at_terminal
from handeye.agent.backends import make_planner
from handeye.agent.budget import Budget
from handeye.agent.guard import Policy, default_policy
from handeye.agent.journal import Journal
from handeye.agent.loop import Agent
from handeye.agent.steering import ALONE, SteeredPlanner, Steering
from handeye.agent.types import Planner
from handeye.envs import (
    ActionError,
    ActionErrorKind,
    Element,
    Env,
    Observation,
    Outcome,
    Screenshot,
)
from handeye.episodes import Episode, EpisodeWriter, RunResult, read_episode
from handeye.episodes.events import RunStarted
from handeye.grounding.backends import make_grounder

SIZE = Size(width=320, height=240)


class FormWorld:
    """A name field, a Save button that stores the name, a Noop button, two equal Twin buttons.

    `Save` fails while the field is empty. `die_after` looks the world is gone.
    """

    name = "form"
    action_space = frozenset({"click", "type", "wait", "scroll", "press", "goto"})

    def __init__(self, die_after: int | None = None, interrupt_on: str = "") -> None:
        self.text = ""
        self.saved: list[str] = []
        self.looks = 0
        self.sent: list[Action] = []
        self._die_after = die_after
        self._interrupt_on = interrupt_on

    def observe(self) -> Observation:
        self.looks += 1
        if self._die_after is not None and self.looks > self._die_after:
            raise BrowserLostError("The form is gone.", "Open it again.")
        return Observation(screenshot=self._picture(), url="form:", elements=self.elements())

    def elements(self) -> tuple[Element, ...]:
        rows = [("textbox", "Name"), ("button", "Save"), ("button", "Noop")]
        rows += [("button", "Twin"), ("button", "Twin")]
        made = []
        for row, (role, name) in enumerate(rows):
            box = Box(x1=10, y1=10 + 40 * row, x2=200, y2=40 + 40 * row)
            editable = role == "textbox"
            value = self.text if editable else ""
            made.append(Element(role=role, name=name, value=value, box=box, editable=editable))
        saved = ", ".join(self.saved) or "nothing"
        box = Box(x1=10, y1=210, x2=300, y2=235)
        return (*made, Element(role="text", name=f"Saved: {saved}", box=box))

    def act(self, action: Action) -> Outcome:
        self.sent.append(action)
        if action.kind == self._interrupt_on:
            raise KeyboardInterrupt
        if action.kind == "type":
            self.text = action.text if action.clear else self.text + action.text
        if action.kind == "wait" and action.until == "time":
            time.sleep(action.seconds)
        error = self._press(action.target.point) if action.kind == "click" else None
        return Outcome(sent=action, seconds=0.0, error=error)

    def _press(self, point: Point | None) -> ActionError | None:
        pressed = [each for each in self.elements() if point and each.box.contains(point)]
        if pressed and pressed[0].name == "Save":
            if not self.text:
                kind, message = ActionErrorKind.INVALID, "The name is empty."
                return ActionError(kind=kind, message=message)
            self.saved.append(self.text)
        return None

    def _picture(self) -> Screenshot:
        image = Image.new("RGB", (SIZE.width, SIZE.height), "white")
        pen = ImageDraw.Draw(image)
        for each in self.elements():
            pen.rectangle((each.box.x1, each.box.y1, each.box.x2, each.box.y2), outline="black")
            pen.text((each.box.x1 + 4, each.box.y1 + 8), each.value or each.name, fill="black")
        data = io.BytesIO()
        image.save(data, "PNG")
        return Screenshot(data=data.getvalue(), space=ScreenSpace(size=SIZE))

    def save_downloads_to(self, folder: Path) -> None:
        """A form downloads nothing."""

    def close(self) -> None:
        """Nothing was started."""


@pytest.fixture
def form_world() -> type:
    return FormWorld


@pytest.fixture
def script(tmp_path: Path) -> Callable[..., str]:
    """Writes actions to a file; returns the spec of the scripted planner for it."""

    def write(*actions: dict[str, Any]) -> str:
        file = tmp_path / "actions.json"
        file.write_text(json.dumps(actions), encoding="utf-8")
        return f"scripted:{file}"

    return write


Run = Callable[..., tuple[RunResult, Episode]]


@pytest.fixture
def agent_run(tmp_path: Path) -> Run:
    """Runs a task in an environment and reads the episode that it left."""

    def run(
        env: Env,
        task: str = "x",
        planner: str | Planner = "instructions",
        *,
        steps: int = 30,
        seconds: float = 30,
        policy: Policy | None = None,
        approve: Approver = approve_at_terminal,
        ask: Asker = ask_at_terminal,
        stop: threading.Event | None = None,
        on_event: Callable[[Any], None] = lambda _: None,
        steering: Steering = ALONE,
        **limits: Any,
    ) -> tuple[RunResult, Episode]:
        made = make_planner(planner) if isinstance(planner, str) else planner
        made.prepare(task)
        with EpisodeWriter(task, path=tmp_path / "episode") as writer:
            journal = Journal(writer, on_event)
            journal.emit(
                RunStarted(task=task, env=env.name, planner=made.name, grounder="elements")
            )
            budget = Budget(steps, seconds, stop, **limits)
            grounder = make_grounder("elements")
            mind = SteeredPlanner(made, steering, budget)
            rules = policy or default_policy(task=task)
            agent = Agent(env, mind, grounder, journal, budget, rules, approve, ask, steering)
            result = agent.run()
        return result, read_episode(tmp_path / "episode")

    return run
