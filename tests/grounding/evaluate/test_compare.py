"""Comparing runs: the same items, the front, pictures that show what they say."""

import base64
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from handeye.actions import Box
from handeye.actions.errors import UsageError
from handeye.grounding.evaluate.compare.gallery import MOST, chosen, picture, view
from handeye.grounding.evaluate.compare.page import COLUMNS, page, row
from handeye.grounding.evaluate.compare.plot import draw, encoded
from handeye.grounding.evaluate.compare.runs import compare, pareto_front
from handeye.grounding.evaluate.datasets import load_dataset
from handeye.grounding.evaluate.detail import Detail
from handeye.grounding.evaluate.items import Dataset
from handeye.grounding.evaluate.run import Results, open_run
from handeye.grounding.evaluate.runner import ask_all
from handeye.grounding.evaluate.settings import open_ask, pin

GREEN, PINK = (10, 143, 60), (214, 0, 110)


@pytest.fixture
def measured(tmp_path: Path, pro: Any, entry: Any, written: Any) -> Callable[..., Path]:
    """Runs a script of answers {phrase: point} over four items, or the first of them."""
    rows = [entry(n, instruction=f"<press> {n}") for n in range(4)]
    dataset = load_dataset("own", pro(rows))

    def run(name: str, answers: dict[str, list[int]], most: int = 4) -> Path:
        written(tmp_path / f"{name}.json", answers)
        settings = pin(dataset, f"scripted:{tmp_path / name}.json")
        with Results(open_run(tmp_path / name, settings)) as results:
            for answer in ask_all(dataset.items[:most], open_ask(settings, dataset)):
                results.add(answer)
        return tmp_path / name

    return run


def test_runs_are_compared_on_what_all_have_answered(measured: Callable[..., Path]) -> None:
    right, wrong = [120, 110], [300, 200]
    first = measured("first", {f"<press> {n}": wrong for n in range(4)})
    second = measured("second", {f"<press> {n}": right for n in range(3)}, most=3)
    one, two = compare([first, second])
    assert (one.gain, one.summary.overall.total) == (None, 3)
    assert two.gain is not None
    assert (two.gain.gain, two.gain.items) == (1.0, 3)
    assert row(two)[1:4] == ["100.0 %", "43.9 – 100.0 %", "+100.0"]
    assert len(row(one)) == len(COLUMNS)


def test_runs_of_other_data_are_refused(measured: Callable[..., Path], tmp_path: Path) -> None:
    first = measured("first", {})
    other = Dataset("own", (), (), "other")
    with Results(open_run(tmp_path / "other", pin(other, "elements"))):
        pass
    with pytest.raises(UsageError, match="not of the same data"):
        compare([first, tmp_path / "other"])
    with pytest.raises(UsageError, match="no answered item"):
        compare([tmp_path / "other"])


def test_the_page_needs_nothing_else_and_escapes_what_it_shows(
    measured: Callable[..., Path],
) -> None:
    runs = compare(
        [
            measured("first", {"<press> 1": [300, 200]}),
            measured("second", {"<press> 1": [120, 110]}),
        ]
    )
    figure = draw(runs)
    svg = encoded(figure, "svg")
    ElementTree.fromstring(svg)
    with Image.open(io.BytesIO(encoded(figure, "png"))) as image:
        assert image.format == "PNG"
    assert encoded(draw(runs), "svg") == svg
    text = page(runs, svg.decode())
    assert "&lt;press&gt; 1" in text
    assert "<press>" not in text
    assert "<?xml" not in text
    sources = re.findall(r'(?:src|href)="([^"]*)"', text)
    assert sources
    assert all(source.startswith(("data:image/jpeg;base64,", "#")) for source in sources)


def test_a_picture_shows_the_right_box_and_the_wrong_point(
    tmp_path: Path, detail: Callable[..., Detail], drawn: Callable[..., None]
) -> None:
    drawn(tmp_path / "screen.png", (1600, 1200))
    one = detail(img_path=str(tmp_path / "screen.png"), bbox=(800, 600, 840, 620), pred=(950, 700))
    shown = view(one, Box(x1=0, y1=0, x2=1600, y2=1200))
    assert (shown.width, shown.height) == (480, 360)
    assert shown.center.distance(Box(x1=800, y1=600, x2=950, y2=700).center) == 0
    kind, _, data = picture(one).partition(",")
    assert kind == "data:image/jpeg;base64"
    with Image.open(io.BytesIO(base64.b64decode(data))) as image:
        scale = image.width / shown.width
        for color, x, y in ((GREEN, 800, 610), (PINK, 950, 700)):
            place = (round((x - shown.x1) * scale), round((y - shown.y1) * scale))
            assert _near(image, place, color), color
    assert picture(detail(img_path=str(tmp_path / "gone.png"))) == ""


def _near(image: Image.Image, place: tuple[int, int], color: tuple[int, int, int]) -> bool:
    """Within two pixels, as far as JPEG keeps colours."""
    x, y = place
    pixels = [image.getpixel((x + dx, y + dy)) for dx in range(-2, 3) for dy in range(-2, 3)]
    return min(sum(abs(a - b) for a, b in zip(p, color, strict=True)) for p in pixels) < 60  # type: ignore[arg-type]


def test_nearest_misses_come_first_and_only_some_are_shown(detail: Callable[..., Detail]) -> None:
    details = [detail(f"{n:02}", pred=(31 + n, 20), correctness="wrong") for n in range(30)]
    details = [detail("none"), detail("right", pred=(20, 20), correctness="correct"), *details]
    shown = chosen(details)
    assert len(shown) == MOST
    assert [each.id for each in shown[:2]] == ["00", "01"]
    assert chosen(details[:2]) == [details[0]]


corner = st.floats(0, 500)


@given(
    st.tuples(corner, corner, corner, corner),
    st.tuples(corner, corner),
    st.integers(50, 600),
    st.integers(50, 600),
)
def test_a_view_lies_on_the_screen_and_holds_what_it_is_of(
    bbox: tuple[float, float, float, float], pred: tuple[float, float], width: int, height: int
) -> None:
    x1, x2 = sorted(min(value, width) for value in bbox[::2])
    y1, y2 = sorted(min(value, height) for value in bbox[1::2])
    at = (min(pred[0], width), min(pred[1], height))
    one = Detail(id="one", bbox=(x1, y1, x2, y2), pred=at)
    shown = view(one, Box(x1=0, y1=0, x2=width, y2=height))
    assert 0 <= shown.x1 < shown.x2 <= width
    assert 0 <= shown.y1 < shown.y2 <= height
    slack = 1e-6
    assert shown.x1 - slack <= min(x1, at[0])
    assert max(x2, at[0]) <= shown.x2 + slack
    assert shown.y1 - slack <= min(y1, at[1])
    assert max(y2, at[1]) <= shown.y2 + slack


pairs = st.lists(st.tuples(st.integers(1, 9), st.integers(0, 9)), min_size=1, max_size=8)


@given(pairs)
def test_the_front_rises_and_nothing_lies_before_it(costs: list[tuple[int, int]]) -> None:
    front = [costs[number] for number in pareto_front(costs)]
    assert front == sorted(front)
    assert [accuracy for _, accuracy in front] == sorted(accuracy for _, accuracy in front)
    for cost, accuracy in costs:
        assert any(other <= cost and better >= accuracy for other, better in front)
