"""Episodes with real files and a clock that stands still, and the application on them."""

import io
import os
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PIL import Image, ImageDraw
from textual.worker import WorkerCancelled

from handeye.actions import Box, Click, Done, ScreenSpace, Size, Target
from handeye.agent.bench import Played, Results
from handeye.envs import (
    ActionError,
    ActionErrorKind,
    Element,
    Observation,
    Outcome,
    Screenshot,
    Settled,
)
from handeye.episodes import EpisodeWriter, StopReason, Timing, Verdict
from handeye.episodes.events import Grounded, Intent, Judged, Planned, RunEnded, RunStarted
from handeye.grounding import Candidate, Grounding
from handeye.grounding.calls import ModelCall, Usage

SIZE = Size(width=480, height=300)
NAMES = ("Search", "Lamp", "Add to cart", "Check out")
START = 1_790_000_000.0


class Clock:
    """Each look at it is 50 ms later."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> float:
        self.now += 0.05
        return self.now


def elements(step: int) -> tuple[Element, ...]:
    return tuple(
        Element(
            role="textbox" if row == 0 else "button",
            name=name if row != 1 else f"Lamp {step}",
            box=Box(x1=40, y1=20 + 70 * row, x2=240, y2=60 + 70 * row),
        )
        for row, name in enumerate(NAMES)
    )


def look(step: int) -> Observation:
    """A page of four plain fields; a fifth moves with the step."""
    image = Image.new("RGB", (SIZE.width, SIZE.height), "white")
    pen = ImageDraw.Draw(image)
    for each in elements(step):
        box = each.box
        pen.rectangle((box.x1, box.y1, box.x2, box.y2), "#2458c8", "black")
    pen.rectangle((280, 20 + 10 * (step % 20), 440, 60 + 10 * (step % 20)), "#e0a030")
    data = io.BytesIO()
    image.save(data, "png")
    shot = Screenshot(data=data.getvalue(), space=ScreenSpace(size=SIZE))
    settled = Settled(reason="quiet", seconds=0.02, frames=2)
    return Observation(
        screenshot=shot,
        url="http://shop.test/",
        title="Shop",
        elements=elements(step),
        settled=settled,
    )


def record_step(writer: EpisodeWriter, step: int, target: str, *, fails: bool = False) -> None:
    """One click with all that belongs to it."""
    seen = look(step)
    element = next(each for each in seen.elements or () if each.name.startswith(target))
    point = element.box.center
    said = f'{{"action": "click", "target": "{target}"}}'
    usage = Usage(prompt_tokens=1200, completion_tokens=20, cost=0.001)
    call = ModelCall(purpose="plan", model="scripted", text=said, usage=usage, seconds=0.3)
    click = Click(target=Target(phrase=target, point=point))
    found = Grounding(
        phrase=target,
        status="found",
        point=point,
        box=element.box,
        confidence=0.93,
        element=element,
        alternatives=(Candidate(box=element.box, score=0.93, label=element.name),),
    )
    writer.emit(writer.observed(step, seen))
    plan = Click(target=Target(phrase=target))
    writer.emit(Planned(step=step, thought=f"I need {target}.", action=plan, calls=(call,)))
    writer.emit(Grounded(step=step, grounding=found))
    writer.emit(Judged(step=step, verdict=Verdict(decision="allow", rule="everything else")))
    writer.emit(Intent(step=step, action=click, elements=(element,)))
    error = ActionError(kind=ActionErrorKind.INVALID, message="It is sold out.") if fails else None
    writer.emit(writer.acted(step, Outcome(sent=click, seconds=0.04, error=error)))


Record = Callable[..., Path]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    """Times of recordings, and the time zone in which they are shown."""
    made = Clock()
    told = SimpleNamespace(time=made, monotonic=made)
    monkeypatch.setattr("handeye.episodes.writer.time", told)
    monkeypatch.setenv("TZ", "UTC")
    if hasattr(time, "tzset"):
        time.tzset()
    yield made
    monkeypatch.undo()
    if hasattr(time, "tzset"):
        time.tzset()


@pytest.fixture
def record(tmp_path: Path, clock: Clock) -> Record:
    """Records an episode in the folder "home": clicks on `targets`, of which some fail."""

    def make(
        name: str,
        *targets: str,
        task: str = "Buy a lamp",
        fails: tuple[int, ...] = (),
        ended: bool = True,
    ) -> Path:
        path = tmp_path / "home" / name
        with EpisodeWriter(task, path=path) as writer:
            writer.emit(
                RunStarted(
                    task=task,
                    url="http://shop.test/",
                    env="browser",
                    planner="scripted:qwen",
                    grounder="elements",
                )
            )
            for step, target in enumerate(targets):
                record_step(writer, step, target, fails=step in fails)
            if ended:
                last = len(targets)
                writer.emit(writer.observed(last, look(last)))
                writer.emit(Planned(step=last, action=Done(success=not fails)))
                reason = StopReason.ACTION_FAILED if fails else StopReason.DONE
                writer.emit(
                    RunEnded(
                        ok=not fails, reason=reason, steps=last, timing=Timing(total=0.3 * last)
                    )
                )
        clock.now += 3600
        return path

    return make


@pytest.fixture
def home(record: Record, tmp_path: Path) -> Path:
    """Three episodes: done, failed at its second step, and cut off."""
    record("one", "Search", "Lamp", "Add")
    record("two", "Search", "Check", "Add", task="Check out", fails=(1,))
    record("three", "Search", "Lamp", task="Find a notebook", ended=False)
    return tmp_path / "home"


async def at_rest(pilot: Any) -> None:
    """Wait until no worker is at work and all that they posted was dealt with."""
    for _ in range(3):
        for worker in list(pilot.app.workers):
            with suppress(WorkerCancelled):  # a newer one took its place
                await worker.wait()
        await pilot.pause()


@pytest.fixture
def rest() -> Callable[[Any], Any]:
    return at_rest


PLAYED = {  # the signs of three seeds
    "strong": {"click-button": "✓✓✗", "click-test": "✓✓✓", "enter-text": "✓~✓"},
    "weak": {"click-button": "✗✗✗", "click-test": "✓✗✓", "enter-text": "✓!✓"},
}
REWARDS = {"✓": 1.0, "~": 0.5, "✗": -1.0, "!": 0.0}


def played(task: str, seed: int, sign: str, seconds: float) -> Played:
    return Played(
        task=task,
        seed=seed,
        done=sign != "!",
        raw_reward=REWARDS[sign],
        reward=REWARDS[sign],
        steps=2,
        seconds=seconds,
        stop="worker_killed" if sign == "!" else "task_ended",
        message="It took too long." if sign == "!" else "",
    )


@pytest.fixture
def results(tmp_path: Path, record: Record) -> Path:
    """Two results of MiniWoB++, with the recording of one that failed."""
    root = tmp_path / "results"
    for number, (name, tasks) in enumerate(PLAYED.items()):
        folder = root / "bench" / "miniwob" / name
        kept = Results(folder, {"planner": name, "limits": "10 steps, 180 s"})
        for task, signs in tasks.items():
            for seed, sign in enumerate(signs):
                kept.add(played(task, seed, sign, 1.5 + number))
        os.utime(folder / "settings.json", (START, START))
        os.utime(folder / "results.jsonl", (START + number, START + number))
    record("strong", "Search", "Lamp", fails=(1,))
    failed = root / "bench" / "miniwob" / "strong" / "episodes" / "click-button-2"
    failed.parent.mkdir()
    (tmp_path / "home" / "strong").rename(failed)
    return root


@pytest.fixture
def app(home: Path, tmp_path: Path) -> Any:
    from handeye.tui.app import HandeyeApp

    return still(HandeyeApp(home, results=tmp_path / "results"))


def still(app: Any) -> Any:
    """Nothing blinks or moves by itself."""
    app.animation_level = "none"
    return app
