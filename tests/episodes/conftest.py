"""A small real environment, and recording in it the way the agent's loop does.

`World` is a shop on one screen: it keeps its own state, draws its own picture, lists its own
elements, and takes clicks and text by position. Nothing in it knows of episodes.
"""

import io
import zlib
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from PIL import Image, ImageDraw

from handeye.actions import Action, Box, Point, ScreenSpace, Size, Target, map_targets, targets
from handeye.actions.errors import EnvError
from handeye.envs import (
    ActionError,
    ActionErrorKind,
    Element,
    Env,
    Observation,
    Outcome,
    Screenshot,
)
from handeye.episodes import Episode, EpisodeWriter, StopReason, Timing, read_episode
from handeye.episodes.events import Intent, Planned, RunEnded, RunStarted

SIZE = Size(width=480, height=360)


class World:
    """Rows of goods, each with “Open” and “Delete”; a search field; a cart; a painted lamp."""

    name = "world"
    action_space = frozenset({"click", "type", "press", "goto", "wait", "drag"})

    def __init__(self, goods: tuple[str, ...], origin: str = "http://one.test") -> None:
        self.goods = list(goods)
        self.origin = origin
        self.path = "/"
        self.field = {"Search": ""}
        self.focus = ""
        self.cart: list[str] = []
        self.lit = 0
        self.lamp_at = (400, 290)
        self.dragged: list[tuple[str, str]] = []
        self.hidden_looks = 0
        self.text_only = False
        self.closed = False

    def observe(self) -> Observation:
        if self.closed:
            raise EnvError("The world is gone.", "Make another.")
        hidden = self.hidden_looks > 0
        self.hidden_looks = max(0, self.hidden_looks - 1)
        elements = () if hidden else tuple(element for element, _ in self._things())
        return Observation(
            screenshot=self._draw(elements),
            url=self.origin + self.path,
            title="Goods" if self.path == "/" else self.path.strip("/"),
            elements=None if self.text_only else elements,
        )

    def act(self, action: Action) -> Outcome:
        error = self._do(action)
        return Outcome(sent=action, seconds=0.001, error=error)

    def save_downloads_to(self, folder: Path) -> None:
        self.downloads = folder

    def close(self) -> None:
        self.closed = True

    def _do(self, action: Action) -> ActionError | None:
        points = [target.point for target in targets(action) if target.point]
        if action.kind == "batch":
            errors = (self._do(part) for part in action.actions)
            return next((error for error in errors if error), None)
        if action.kind == "click":
            return self._click(points[0])
        if action.kind == "drag":
            names = [self._at(point)[0].item_text for point in points]
            self.dragged.append((names[0], names[-1]))
        elif action.kind == "type":
            if action.target:
                self._click(points[0])
            if not self.focus:
                return ActionError(kind=ActionErrorKind.INVALID, message="nothing has the focus")
            self.field[self.focus] += action.text
        elif action.kind == "goto":
            if urlsplit(action.url).netloc != urlsplit(self.origin).netloc:
                return ActionError(kind=ActionErrorKind.NAVIGATION, message=f"no {action.url}")
            self.path = urlsplit(action.url).path
        return None

    def _click(self, point: Point) -> ActionError | None:
        x, y = self.lamp_at
        if self.path == "/" and abs(point.x - x) < 30 and abs(point.y - y) < 30:
            self.lit += 1
            return None
        try:
            _, effect = self._at(point)
        except LookupError:
            return ActionError(kind=ActionErrorKind.INVALID, message=f"nothing at {point}")
        effect()
        return None

    def _at(self, point: Point) -> tuple[Element, Callable[[], None]]:
        for element, effect in reversed(self._things()):
            if element.box.contains(point):
                return element, effect
        raise LookupError(point)

    def _things(self) -> list[tuple[Element, Callable[[], None]]]:
        things = [
            self._thing("link", f"Cart ({len(self.cart)})", 380, 10, lambda: self._go("/cart")),
        ]
        if self.path == "/":
            search = self._thing("textbox", "Search", 10, 10, self._focus_search)
            things.append(search)
            for index, good in enumerate(self.goods):
                things += self._row(index, good)
        elif self.path == "/cart":
            things += [
                self._thing("listitem", good, 10, 60 + 30 * index, lambda: None)
                for index, good in enumerate(self.cart)
            ]
        else:
            good = self.path.strip("/")
            things.append(
                self._thing("button", "Add to cart", 10, 60, lambda: self.cart.append(good))
            )
        return things

    def _row(self, index: int, good: str) -> list[tuple[Element, Callable[[], None]]]:
        def delete() -> None:
            self.goods.remove(good)

        here = {"item": index, "item_text": f"{good} in stock Open Delete"}
        y = 60 + 40 * index
        return [
            self._thing("text", good, 10, y, lambda: None, **here),
            self._thing("button", "Open", 200, y, lambda: self._go(f"/{good}"), **here),
            self._thing("button", "Delete", 290, y, delete, **here),
        ]

    def _thing(
        self, role: str, name: str, x: float, y: float, effect: Callable[[], None], **more: object
    ) -> tuple[Element, Callable[[], None]]:
        element = Element.model_validate(
            {
                "role": role,
                "name": name,
                "value": self.field.get(name, ""),
                "editable": role == "textbox",
                "focused": self.focus == name,
                "box": Box(x1=x, y1=y, x2=x + 80, y2=y + 24),
                **more,
            }
        )
        return element, effect

    def _go(self, path: str) -> None:
        self.path, self.focus = path, ""

    def _focus_search(self) -> None:
        self.focus = "Search"

    def _draw(self, elements: tuple[Element, ...]) -> Screenshot:
        image = Image.new("RGB", (SIZE.width, SIZE.height), "white")
        pen = ImageDraw.Draw(image)
        for element in elements:
            box = element.box
            shade = zlib.crc32(element.name.encode()) % 128 + 100
            pen.rectangle((box.x1, box.y1, box.x2 - 1, box.y2 - 1), (shade, shade, 255), "black")
            pen.text((box.x1 + 4, box.y1 + 6), element.name, "black")
        if self.path == "/":
            x, y = self.lamp_at
            pen.ellipse((x - 25, y - 25, x + 25, y + 25), "orange", "black", 3)
            pen.polygon(((x - 12, y + 12), (x, y - 15), (x + 14, y + 9)), "navy")
        data = io.BytesIO()
        image.save(data, "png")
        return Screenshot(data=data.getvalue(), space=ScreenSpace(size=SIZE))


def find(env: Env, phrase: str) -> Target:
    """ "Delete @ lamp" is the thing called “Delete” in the item whose text has “lamp”."""
    name, _, item = phrase.partition(" @ ")
    fitting = [
        element
        for element in env.observe().elements or ()
        if element.name == name and item in element.item_text
    ]
    assert len(fitting) == 1, f"{phrase}: {fitting}"
    return Target(phrase=phrase, point=fitting[0].box.center)


def record(env: Env, url: str, path: Path, *actions: Action, ended: bool = True) -> Episode:
    """Do the actions and record them; phrases are looked up when their step comes."""
    with EpisodeWriter("use the shop", path=path) as writer:
        writer.emit(
            RunStarted(task="use the shop", url=url, env=env.name, planner="p", grounder="g")
        )
        for step, planned in enumerate(actions):
            seen = env.observe()
            writer.emit(writer.observed(step, seen))
            writer.emit(Planned(step=step, action=planned))
            action = map_targets(planned, lambda t: t if t.point else find(env, t.phrase))
            under = tuple(
                next((e for e in seen.elements or () if t.point and e.box.contains(t.point)), None)
                for t in targets(action)
            )
            writer.emit(Intent(step=step, action=action, elements=under))
            writer.emit(writer.acted(step, env.act(action)))
        if ended:
            writer.emit(
                RunEnded(
                    ok=True,
                    reason=StopReason.DONE,
                    answer="42",
                    steps=len(actions),
                    timing=Timing(total=1.0),
                )
            )
    return read_episode(path)


@pytest.fixture
def new_world() -> Callable[..., World]:
    return World


@pytest.fixture
def world() -> World:
    return World(("desk lamp", "floor lamp", "red chair"))


@pytest.fixture
def record_in(tmp_path: Path) -> Callable[..., Episode]:
    """record_in(world, action, …) → the episode."""
    path = tmp_path / "recorded"
    return lambda world, *actions, **more: record(world, f"{world.origin}/", path, *actions, **more)


@pytest.fixture(scope="session")
def record_at() -> Callable[..., Episode]:
    """record_at(env, url, folder, action, …) → the episode."""
    return record
