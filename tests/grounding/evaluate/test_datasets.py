"""The official layouts, read from folders as they are published; and what is wrong in them."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from handeye.actions import Box, Point
from handeye.actions.errors import UsageError
from handeye.grounding.evaluate.datasets import SOURCES, load_dataset
from handeye.grounding.evaluate.items import (
    AbsentTarget,
    BoxTarget,
    ChoiceTarget,
    PolygonTarget,
)

Written = Callable[[Path, Any], None]
Drawn = Callable[..., None]


def test_screenspot_pro_has_corners_and_groups(pro: Any, entry: Any) -> None:
    folder = pro([entry(1), entry(2, image="sub/b.png")])
    (first, second), problems = _items(load_dataset("screenspot-pro", folder))
    assert problems == []
    assert first.target == BoxTarget(box=Box(x1=100, y1=100, x2=140, y2=120))
    assert (first.id, first.instruction, first.ui_type) == ("demo_1", "press button 1", "text")
    assert (first.application, first.platform, first.group) == ("demo", "linux", "Dev")
    assert (first.split, second.image.name) == ("demo_linux", "b.png")


def test_a_negative_item_has_no_box(pro: Any, entry: Any) -> None:
    folder = pro([entry(1, gt_type="negative", bbox=None), entry(2, bbox=None)])
    items, problems = _items(load_dataset("own", folder))
    assert [item.target for item in items] == [AbsentTarget()]
    assert [(problem.where, problem.left_out) for problem in problems] == [
        ("demo_linux.json, entry 1", True)
    ]


@pytest.mark.parametrize(("name", "suffix"), [("screenspot", ""), ("screenspot-v2", "_v2")])
def test_screenspot_has_sides_and_a_file_for_each_platform(
    tmp_path: Path, written: Written, drawn: Drawn, name: str, suffix: str
) -> None:
    images = "screenspot_imgs" if not suffix else "screenspotv2_image"
    drawn(tmp_path / images / "pc.png")
    for platform in ("desktop", "web"):
        row = {
            "img_filename": "pc.png",
            "bbox": [100, 50, 40, 20],
            "instruction": "close this window",
            "data_type": "icon",
            "data_source": "windows",
        }
        written(tmp_path / f"screenspot_{platform}{suffix}.json", [row])
    items, problems = _items(load_dataset(name, tmp_path))
    assert problems == []
    assert [item.group for item in items] == ["desktop", "web"]
    assert items[0].target == BoxTarget(box=Box(x1=100, y1=50, x2=140, y2=70))
    assert (items[0].ui_type, items[0].platform) == ("icon", "windows")


def test_osworld_g_has_boxes_polygons_and_refusals(
    tmp_path: Path, written: Written, drawn: Drawn
) -> None:
    folder = tmp_path / "benchmark"
    drawn(folder / "images" / "a.png")
    common = {"image_path": "a.png", "image_size": [400, 300], "instruction": "x", "GUI_types": []}
    rows = [
        {"id": "b", "box_type": "bbox", "box_coordinates": [10, 20, 30, 40], **common},
        {"id": "p", "box_type": "polygon", "box_coordinates": [0, 0, 9, 0, 9, 9], **common},
        {"id": "r", "box_type": "refusal", "box_coordinates": [-1, -1, -1, -1], **common},
        {"id": "bad", "box_type": "bbox", "box_coordinates": [1, 2], **common},
    ]
    written(folder / "OSWorld-G.json", rows)
    classified = {"text_matching": [{"id": "b"}], "refusal": ["r"], "layout": [{"id": "b"}]}
    written(folder / "classification_result.json", {"classified": classified})
    items, problems = _items(load_dataset("osworld-g", tmp_path))
    assert [type(item.target) for item in items] == [BoxTarget, PolygonTarget, AbsentTarget]
    assert items[0].target == BoxTarget(box=Box(x1=10, y1=20, x2=40, y2=60))
    assert [item.group for item in items] == ["layout + text_matching", None, "refusal"]
    assert [problem.where for problem in problems] == ["OSWorld-G.json, entry 3"]
    assert "4 numbers" in problems[0].what


def test_cuactspot_has_ranks_and_banned_regions(
    tmp_path: Path, written: Written, drawn: Drawn
) -> None:
    drawn(tmp_path / "GUI-1.png")
    corners = [[0, 0], [10, 0], [10, 10]]
    shapes = [
        {"id": "R1", "type": "Target", "points": corners, "rank": "2", "visible": True},
        {"id": "R2", "type": "Banned", "points": corners, "rank": "", "visible": True},
    ]
    written(
        tmp_path / "GUI-1.json",
        {"image_id": "GUI-1", "task": "拖", "task_en": "Drag it", "polygons": shapes, "masks": []},
    )
    (item,), problems = _items(load_dataset("cuactspot", tmp_path))
    assert problems == []
    assert (item.instruction, item.group) == ("Drag it", "GUI")
    assert isinstance(item.target, PolygonTarget)
    assert [(each.rank, each.banned) for each in item.target.polygons] == [(2, False), (None, True)]
    assert item.target.polygons[0].points[2] == Point(x=10, y=10)


def test_vstar_shows_the_options_in_another_order_each_time_the_same(
    tmp_path: Path, written: Written, drawn: Drawn
) -> None:
    options = ["the right one", "b", "c", "d"]
    for number in range(12):
        drawn(tmp_path / "direct_attributes" / f"sa_{number}.jpg")
        row = {"question": "?", "options": options, "target_object": [], "bbox": []}
        written(tmp_path / "direct_attributes" / f"sa_{number}.json", row)
    items, problems = _items(load_dataset("vstar", tmp_path))
    targets = [item.target for item in items if isinstance(item.target, ChoiceTarget)]
    assert problems == []
    assert len(targets) == 12
    assert all(target.options[target.right] == "the right one" for target in targets)
    assert len({target.right for target in targets}) > 1
    assert _items(load_dataset("vstar", tmp_path))[0] == items


def test_what_is_wrong_is_listed_and_what_cannot_be_asked_is_left_out(pro: Any, entry: Any) -> None:
    rows = [
        entry(1),
        entry(2, image="missing.png"),
        entry(3, image="torn.png"),
        entry(4, image="text.png"),
        entry(5, bbox=[390, 100, 410, 120]),
        entry(6, img_size=[800, 600]),
        entry(7, bbox=[50, 50, 40, 60]),
        entry(8, id="demo_1b"),
        entry(9, id="demo_1b"),
        {"img_filename": "a.png"},
        entry(10, bbox=[100, 100, 100, 120]),
    ]
    folder = pro(rows)
    images = folder / "images"
    (images / "missing.png").unlink()
    (images / "torn.png").write_bytes((images / "torn.png").read_bytes()[:-40])
    (images / "text.png").write_text("no picture", encoding="utf-8")
    items, problems = _items(load_dataset("screenspot-pro", folder))
    assert [item.id for item in items] == ["demo_1", "demo_5", "demo_10"]
    told = [(problem.what, problem.left_out) for problem in problems]
    for what, left_out in (
        ("the image is missing", True),
        ("the image is broken", True),
        ("the image is no picture", True),
        ("the box (390, 100, 410, 120) leaves the image of 400×300", False),
        ("the image is 400×300, not 800×600", True),
        ("a box needs x1 <= x2", True),
        ("2 items have this id", True),
        ("instruction: Field required", True),
        ("the box is empty", False),
    ):
        assert any(what in said and left_out is out for said, out in told), what
    assert len(problems) == 10


def test_files_that_cannot_be_read_are_problems(tmp_path: Path) -> None:
    folder = tmp_path / "annotations"
    folder.mkdir()
    (folder / "broken.json").write_text("[{", encoding="utf-8")
    (folder / "object.json").write_text("{}", encoding="utf-8")
    (folder / "bytes.json").write_bytes(b"\xff\xfe\x00")
    items, problems = _items(load_dataset("screenspot-pro", tmp_path))
    assert items == []
    assert {problem.where for problem in problems} == {"broken.json", "object.json", "bytes.json"}


@pytest.mark.parametrize("name", SOURCES)
def test_a_wrong_folder_says_what_was_expected_and_how_to_get_it(name: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is no folder"):
        load_dataset(name, tmp_path / "nowhere")
    with pytest.raises(UsageError, match="holds no"):
        load_dataset(name, tmp_path)


def test_the_hash_covers_annotations_and_pictures_but_not_the_place(pro: Any, entry: Any) -> None:
    folder = pro([entry(1), entry(2, image="b.png")])
    before = load_dataset("own", folder).sha256
    moved = folder.rename(folder.with_name("elsewhere"))
    assert load_dataset("own", moved).sha256 == before
    picture = moved / "images" / "b.png"
    picture.write_bytes(picture.read_bytes() + b"\0")
    assert load_dataset("own", moved).sha256 != before


def test_the_real_files_are_read_whole(shared: Path) -> None:
    spot = load_dataset("cuactspot", shared / "cuactspot")
    assert (len(spot.items), spot.problems) == (51, ())
    assert Counter(item.group for item in spot.items) == {"GUI": 19, "Table": 16, "Text": 16}
    second = load_dataset("screenspot-v2", shared / "screenspot_v2")
    assert len(second.items) == 5
    assert Counter(problem.what for problem in second.problems) == {
        "the image is missing": 1267,
        "the box (645, 625, 2361, 1590) leaves the image of 2360×1640": 1,
    }
    pro = load_dataset("screenspot-pro", shared / "screenspot_pro")
    assert (len(pro.items), len(pro.problems)) == (0, 1574)  # one box begins above its image


def _items(dataset: Any) -> tuple[list[Any], list[Any]]:
    return list(dataset.items), list(dataset.problems)
