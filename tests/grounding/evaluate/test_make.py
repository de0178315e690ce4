"""Data sets made from pages in a real browser: boxes are where the page put its elements."""

import json
from pathlib import Path
from typing import Any

import pytest

from handeye.actions import Box, Size
from handeye.actions.errors import UsageError
from handeye.envs import Element
from handeye.grounding.evaluate.datasets import load_dataset
from handeye.grounding.evaluate.items import BoxTarget
from handeye.grounding.evaluate.make.choose import choose
from handeye.grounding.evaluate.make.screens import View, make

SCREEN = Size(width=800, height=600)
PAGE = """<!doctype html><title>Form</title><style>
  body { margin: 0 } body > * { position: absolute; box-sizing: border-box; margin: 0 }
</style>
<button style="left: 40px; top: 30px; width: 100px; height: 40px">Save</button>
<button aria-label="Close" style="left: 300px; top: 30px; width: 40px; height: 40px">×</button>
<input aria-label="Name" style="left: 40px; top: 100px; width: 200px; height: 30px">
<p style="left: 260px; top: 100px">Name</p>
<input type="checkbox" aria-label="News" style="left: 40px; top: 150px; width: 20px; height: 20px">
<button disabled style="left: 40px; top: 200px; width: 100px; height: 40px">Delete</button>
<button style="left: 200px; top: 200px; width: 40px; height: 40px">+</button>
<a href="#1" style="left: 40px; top: 260px; width: 80px; height: 20px">Edit</a>
<a href="#2" style="left: 40px; top: 300px; width: 80px; height: 20px">Edit</a>
<a href="#3" style="left: 380px; top: 350px; width: 80px; height: 20px">Further</a>"""


def test_boxes_are_those_of_the_page_in_every_view(tmp_path: Path, site: Any) -> None:
    views = [View(Size(width=400, height=400), scale) for scale in (1.0, 2.0)]
    count = make([site({"/": PAGE}).url], tmp_path / "own", views)
    dataset = load_dataset("own", tmp_path / "own")
    assert (count, dataset.problems) == (8, ())
    for view in views:
        items = [item for item in dataset.items if item.platform == view.name]
        found = {
            item.instruction: (item.group, item.target.box)
            for item in items
            if isinstance(item.target, BoxTarget)
        }
        assert found == {
            "the Close icon": ("icon", _scaled(300, 30, 40, 40, view.scale)),
            "the Name field": ("field", _scaled(40, 100, 200, 30, view.scale)),
            "the News checkbox": ("check", _scaled(40, 150, 20, 20, view.scale)),
            "the Save button": ("text", _scaled(40, 30, 100, 40, view.scale)),
        }
    review = (tmp_path / "own" / "review.html").read_text(encoding="utf-8")
    assert review.count("data:image/jpeg") == 2
    rows = json.loads((tmp_path / "own" / "annotations" / "own.json").read_text(encoding="utf-8"))
    assert {row["application"] for row in rows} == {"Form"}
    with pytest.raises(UsageError, match="not empty"):
        make(["about:blank"], tmp_path / "own", views)


def test_a_page_with_nothing_to_ask_for_is_refused(tmp_path: Path, site: Any) -> None:
    page = site({"/": "<p>Only text</p>"})
    with pytest.raises(UsageError, match="nothing to ask for"):
        make([page.url], tmp_path / "own", [View(SCREEN, 1.0)])


def test_the_groups_take_turns_so_that_links_do_not_crowd_out_the_rest() -> None:
    links = [_element("link", f"Page {number}", number) for number in range(20)]
    last = [_element("checkbox", "Agree", 20), _element("textbox", "City", 21)]
    chosen = choose([*links, *last], SCREEN, lambda _: True, most=5)
    assert [each.phrase for each in chosen] == [
        "the City field",
        "the Agree checkbox",
        "the Page 0 link",
        "the Page 1 link",
        "the Page 2 link",
    ]


def _element(role: str, name: str, row: int) -> Element:
    return Element(role=role, name=name, box=Box(x1=10, y1=20 * row, x2=90, y2=20 * row + 16))


def _scaled(left: int, top: int, width: int, height: int, scale: float) -> Box:
    return Box(
        x1=left * scale, y1=top * scale, x2=(left + width) * scale, y2=(top + height) * scale
    )
