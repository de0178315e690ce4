"""A second look at a crop: where it is, what it shows, and that its answer fits the whole screen."""

from dataclasses import dataclass, field
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from handeye.actions import Box, Point, ScreenSpace, Size
from handeye.envs import Element, Observation, Screenshot
from handeye.grounding import Candidate, Grounding
from handeye.grounding.backends import make_grounder
from handeye.grounding.calls import ModelCall
from handeye.grounding.elements import ElementsGrounder
from handeye.grounding.zoom import ZoomGrounder, region_around

SCREEN = Size(width=1920, height=1080)
RED = (255, 0, 0)


def screen_with(target: Box | None, size: Size = SCREEN, **space: float) -> Observation:
    """A grey screen, with a red rectangle where there is a target."""
    image = Image.new("RGB", (size.width, size.height), "#808080")
    if target is not None:
        edges = (target.x1, target.y1, target.x2 - 1, target.y2 - 1)
        ImageDraw.Draw(image).rectangle(edges, fill=RED)
    packed = BytesIO()
    image.save(packed, "PNG", compress_level=1)
    spread = ScreenSpace(size=size, **space)
    return Observation(screenshot=Screenshot(data=packed.getvalue(), space=spread))


@dataclass
class RedGrounder:
    """Finds what is red in the pixels. `width`: sees the picture scaled down to so many pixels.

    It answers whole pixels of what it sees, as a model with a coarse grid does.
    """

    width: int | None = None
    confidence: float = 0.5
    seen: list[Observation] = field(default_factory=list)
    name: str = "red"

    def ground(self, observation: Observation, phrase: str) -> Grounding:
        self.seen.append(observation)
        image = observation.screenshot.image
        scale = 1.0
        if self.width is not None and image.width > self.width:
            scale = image.width / self.width
            height = max(1, round(image.height / scale))
            image = image.resize((self.width, height), Image.Resampling.BOX)
        pixels = np.asarray(image).astype(int)
        redness = pixels[..., 0] - pixels[..., 1]
        call = ModelCall(purpose="ground", model=f"look {len(self.seen)}")
        if redness.max() < 8:
            return Grounding(phrase=phrase, status="missing", reason="nothing red", calls=(call,))
        rows, columns = np.nonzero(redness > redness.max() / 2)
        box = Box(
            x1=columns.min() * scale,
            y1=rows.min() * scale,
            x2=(columns.max() + 1) * scale,
            y2=(rows.max() + 1) * scale,
        )
        return Grounding(
            phrase=phrase,
            status="found",
            point=box.center,
            box=box,
            confidence=self.confidence,
            alternatives=(Candidate(box=box, score=self.confidence),),
            calls=(call,),
        )


sizes = st.builds(Size, width=st.integers(1, 5_000), height=st.integers(1, 5_000))


@st.composite
def crops(draw: st.DrawFn) -> tuple[Size, Size, Point]:
    """A screen, the size of a crop of it, and a point on it."""
    screen = draw(sizes)
    crop = Size(
        width=draw(st.integers(1, screen.width)), height=draw(st.integers(1, screen.height))
    )
    point = Point(x=draw(st.floats(0, screen.width - 1)), y=draw(st.floats(0, screen.height - 1)))
    return screen, crop, point


@given(crops())
def test_the_crop_lies_on_the_screen_around_the_point(made: tuple[Size, Size, Point]) -> None:
    screen, crop, point = made
    region = region_around(point, crop, screen)
    assert (region.width, region.height) == (crop.width, crop.height)
    assert region.x1 >= 0
    assert region.y1 >= 0
    assert region.x2 <= screen.width
    assert region.y2 <= screen.height
    assert all(edge == int(edge) for edge in region.model_dump().values())
    # The half pixel: a crop lies on whole pixels.
    assert region.x1 - 0.5 <= point.x <= region.x2 + 0.5
    assert region.y1 - 0.5 <= point.y <= region.y2 + 0.5


@given(
    target=st.builds(
        lambda x, y, w, h: Box(x1=x, y1=y, x2=min(x + w, 1920), y2=min(y + h, 1080)),
        st.integers(0, 1919),
        st.integers(0, 1079),
        st.integers(1, 300),
        st.integers(1, 300),
    ),
    looks=st.integers(1, 3),
    scale=st.sampled_from([1.0, 1.25, 2.0]),
)
@settings(max_examples=15)
def test_a_grounder_that_sees_everything_answers_the_same_through_a_crop(
    target: Box, looks: int, scale: float
) -> None:
    screen = screen_with(target, scale_x=scale, scale_y=scale, left=-1920, top=33)
    inner = RedGrounder()
    found = ZoomGrounder(inner, looks=looks).ground(screen, "red")
    assert len(inner.seen) == looks
    assert found.point is not None
    assert found.box is not None
    # A crop that is scaled up can round an edge by a part of a pixel, never by a whole one.
    assert found.point.distance(target.center) < 0.75
    edges = zip(found.box.model_dump().values(), target.model_dump().values(), strict=True)
    assert all(abs(one - other) < 1 for one, other in edges)
    assert found.alternatives[0].box == found.box


def test_small_targets_are_hit_more_often_by_a_grounder_that_sees_little() -> None:
    generator = np.random.default_rng(0)
    one, two = RedGrounder(width=256), ZoomGrounder(RedGrounder(width=256))
    hits = {"red": 0, "zoom:red": 0}
    for x, y in generator.integers((0, 0), (1916, 1076), size=(25, 2)).tolist():
        target = Box(x1=x, y1=y, x2=x + 4, y2=y + 4)
        screen = screen_with(target)
        for grounder in (one, two):
            point = grounder.ground(screen, "red").point
            hits[grounder.name] += point is not None and target.contains(point)
    assert hits["zoom:red"] >= 2 * hits["red"]


def test_the_second_look_has_half_the_width_and_height_at_full_resolution() -> None:
    inner = RedGrounder()
    ZoomGrounder(inner).ground(screen_with(Box(x1=1900, y1=500, x2=1910, y2=510)), "red")
    space = inner.seen[1].screenshot.space
    # 960×768 pixels (at least 768), scaled up to the 921,600 of 1280×720, at the right edge.
    assert (space.size.width, space.size.height) == (1073, 859)
    assert inner.seen[1].screenshot.image.size == (1073, 859)
    assert (space.left, space.top) == (960, 121)


def test_a_large_crop_is_not_scaled() -> None:
    inner = RedGrounder()
    wide = Size(width=3840, height=2160)
    ZoomGrounder(inner).ground(screen_with(Box(x1=0, y1=0, x2=9, y2=9), wide), "red")
    assert inner.seen[1].screenshot.space == ScreenSpace(size=Size(width=1920, height=1080))


def test_the_calls_of_all_looks_are_told_in_order() -> None:
    target = Box(x1=700, y1=300, x2=720, y2=310)
    found = ZoomGrounder(RedGrounder(), looks=3, least=64).ground(screen_with(target), "red")
    assert [call.model for call in found.calls] == ["look 1", "look 2", "look 3"]


@pytest.mark.parametrize(
    ("inner", "target", "size"),
    [
        (RedGrounder(confidence=0.95), Box(x1=5, y1=5, x2=9, y2=9), SCREEN),
        (RedGrounder(), Box(x1=0, y1=0, x2=1000, y2=40), SCREEN),
        (RedGrounder(), Box(x1=5, y1=5, x2=9, y2=9), Size(width=640, height=480)),
        (RedGrounder(), None, SCREEN),
    ],
    ids=["confident", "large target", "small screen", "missing"],
)
def test_one_look_where_a_second_tells_nothing(
    inner: RedGrounder, target: Box | None, size: Size
) -> None:
    screen = screen_with(target, size)
    answer = ZoomGrounder(inner).ground(screen, "red")
    assert answer == RedGrounder(confidence=inner.confidence).ground(screen, "red")
    assert len(inner.seen) == 1


class Shy(RedGrounder):
    """Finds nothing when it looks again."""

    def ground(self, observation: Observation, phrase: str) -> Grounding:
        answer = super().ground(observation, phrase)
        if len(self.seen) == 1:
            return answer
        return Grounding(phrase=phrase, status="missing", reason="no red here", calls=answer.calls)


def test_a_second_look_that_finds_nothing_leaves_the_first_answer() -> None:
    target = Box(x1=700, y1=300, x2=720, y2=310)
    answer = ZoomGrounder(Shy()).ground(screen_with(target), "red")
    assert (answer.status, answer.box) == ("found", target)
    assert answer.reason == "from the look before; the closer one: no red here"
    assert [call.model for call in answer.calls] == ["look 1", "look 2"]


def buttons() -> tuple[Element, ...]:
    def button(name: str, x: int, y: int) -> Element:
        return Element(role="button", name=name, box=Box(x1=x, y1=y, x2=x + 100, y2=y + 30))

    # The crop around Save begins at x = 370: Open is cut, Help is out of it.
    return button("Save", 800, 600), button("Open", 300, 600), button("Help", 1700, 20)


@dataclass
class Unsure:
    """The default grounder, never sure."""

    seen: list[Observation] = field(default_factory=list)
    name: str = "unsure"

    def ground(self, observation: Observation, phrase: str) -> Grounding:
        self.seen.append(observation)
        answer = ElementsGrounder().ground(observation, phrase)
        return answer.model_copy(update={"confidence": 0.5})


def test_elements_move_with_the_crop_and_come_back_as_they_were() -> None:
    screen = screen_with(None).model_copy(update={"elements": buttons()})
    inner = Unsure()
    answer = ZoomGrounder(inner).ground(screen, "Save")
    crop = inner.seen[1]
    save, cut = crop.elements or ()
    assert (save.name, cut.name) == ("Save", "Open")
    scale = crop.screenshot.space.scale_x
    assert save.box.width == pytest.approx(100 * scale)
    assert (cut.box.x1, cut.box.width) == pytest.approx((0, 30 * scale))
    assert answer.element == buttons()[0]
    assert answer.box == buttons()[0].box
    assert answer.alternatives[0].element == buttons()[0]
    assert answer.point is not None
    assert answer.point.distance(buttons()[0].box.center) < 1e-6


def test_zoom_is_a_grounder_that_can_be_named() -> None:
    grounder = make_grounder("zoom:elements")
    assert grounder.name == "zoom:elements"
    screen = screen_with(None).model_copy(update={"elements": buttons()})
    assert grounder.ground(screen, "Help").element == buttons()[2]
