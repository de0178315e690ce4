"""Every export of one real recording is read by what it is for: pytest, atif, parquet, Pillow."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from handeye.actions import Click, Goto, Press, Target, Type
from handeye.actions.errors import UsageError
from handeye.envs.browser import BrowserEnv
from handeye.envs.browser.find import find_browser
from handeye.envs.shop import serve
from handeye.episodes import Episode
from handeye.episodes.exports import export


def size(path: Path) -> tuple[int, int]:
    with Image.open(path) as image:
        return image.size


def click(phrase: str) -> Click:
    return Click(target=Target(phrase=phrase))


@pytest.fixture(scope="module")
def recorded(
    record_at: Callable[..., Episode], tmp_path_factory: pytest.TempPathFactory
) -> Episode:
    """Through the shop: three goods in the cart, the middle one removed, a search."""
    path = tmp_path_factory.mktemp("episodes") / "recorded"
    with serve() as shop, BrowserEnv(shop.url) as env:
        for sku, colour in (("gel-pens", "Blue"), ("stapler", "Red"), ("copy-paper", "Standard")):
            shop.state.add(sku, colour, 1)
        steps = (
            Goto(url=f"{shop.url}cart"),
            click("Remove @ Full-Strip Stapler"),
            click("Yes, remove it"),
            Type(text="desk lamp", target=Target(phrase="Search products")),
            Press(keys=("Enter",)),
        )
        return record_at(env, shop.url, path, *steps)


def test_the_playwright_test_is_green_at_once_and_does_the_same(
    recorded: Episode, tmp_path: Path
) -> None:
    file = export(recorded, "playwright", tmp_path / "test_recorded.py")
    text = file.read_text()
    assert "page.get_by_role('button', name='Yes, remove it', exact=True).click()" in text
    assert "filter(has_text='Full-Strip Stapler').last.get_by_role('button', name='Remove'" in text
    assert ".fill(VALUES['search_products'])" in text
    with serve() as shop:
        for sku, colour in (("stapler", "Red"), ("copy-paper", "Standard"), ("gel-pens", "Blue")):
            shop.state.add(sku, colour, 1)
        browser = {"START_URL": shop.url, "BROWSER": str(find_browser().path)}
        ran = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(file)],
            cwd=tmp_path,
            env=os.environ | browser,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 0, ran.stdout
        assert [line.sku for line in shop.state.cart] == ["copy-paper", "gel-pens"]


def test_atif_is_valid_to_the_published_models(recorded: Episode, tmp_path: Path) -> None:
    from atif import Trajectory

    out = export(recorded, "atif", tmp_path / "atif")
    found = Trajectory.model_validate_json((out / "trajectory.json").read_text())
    assert found.schema_version == "ATIF-v1.8"
    assert [step.source for step in found.steps] == ["user", *["agent"] * 5]
    calls = [call for step in found.steps for call in step.tool_calls or ()]
    assert [call.function_name for call in calls] == ["goto", "click", "click", "type", "press"]
    images = [
        part.source.path
        for step in found.steps
        for part in [*step.message, *(r for o in [step.observation] if o for c in o.results for r in c.content or ())]
        if not isinstance(part, str) and part.type == "image" and part.source
    ]  # fmt: skip
    assert len(images) >= 5
    assert {size(out / path) for path in images} == {(1280, 720)}


def test_osworld_has_a_line_and_a_picture_for_each_step(recorded: Episode, tmp_path: Path) -> None:
    out = export(recorded, "osworld", tmp_path / "osworld")
    lines = [json.loads(line) for line in (out / "traj.jsonl").read_text().splitlines()]
    assert [line["step_num"] for line in lines] == [1, 2, 3, 4, 5]
    assert lines[1]["action"].splitlines()[-1].startswith("pyautogui.click(")
    assert lines[3]["action"].splitlines()[-1] == "pyautogui.typewrite('desk lamp')"
    assert lines[4]["action"].splitlines()[-1] == "pyautogui.press('enter')"
    assert (lines[-1]["done"], lines[-1]["reward"]) == (True, 1.0)
    assert all((out / line["screenshot_file"]).is_file() for line in lines)
    assert len(list(out.glob("step_0_*.png"))) == 1
    assert (out / "result.txt").read_text() == "1.0\n"


def test_the_dataset_loads_as_one_and_its_images_are_pixels(
    recorded: Episode, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    from datasets import load_dataset

    out = export(recorded, "dataset", tmp_path / "data")
    rows = {
        name: load_dataset(str(out), name, split="train", cache_dir=str(tmp_path / "cache"))
        for name in ("grounding", "sequences")
    }
    assert {"image", "phrase", "prompt", "answer", "bbox"} <= set(rows["grounding"].features)
    images = [row["image"] for row in rows["grounding"]]
    images += [image for row in rows["sequences"] for image in row["images"]]
    assert len(images) > len(rows["grounding"]) > 0
    assert {image.size for image in images} == {(1280, 720)}
    assert all(len(image.convert("RGB").getcolors(1 << 20)) > 50 for image in images)


def test_the_dataset_holds_its_images_pairs_and_sequences(
    recorded: Episode, tmp_path: Path
) -> None:
    import pyarrow.parquet as parquet

    out = export(recorded, "dataset", tmp_path / "data")
    pairs = parquet.read_table(out / "grounding.parquet").to_pylist()
    assert [pair["phrase"] for pair in pairs] == [
        "Remove @ Full-Strip Stapler", "Yes, remove it", "Search products",
    ]  # fmt: skip
    first = pairs[0]
    assert first["prompt"].startswith("<image>\nLocate the the UI element this instruction")
    assert [float(each) for each in first["answer"].strip("[]").split(",")] == pytest.approx(
        first["bbox"], abs=1e-4
    )
    assert Image.open(io.BytesIO(first["image"]["bytes"])).size == (1280, 720)
    records = parquet.read_table(out / "sequences.parquet").to_pylist()
    kinds = {record["kind"]: record for record in records}
    assert set(kinds) == {"what_changed", "order", "caption"}
    for record in records:
        assert record["prompt"].count("<image>") == len(record["images"])
    gone = next(r["answer"] for r in records if "Yes, remove it" in r["answer"])
    assert "gone:" in gone
    assert sorted(kinds["order"]["answer"].split(", ")) == ["1", "2", "3", "4"]
    options = dict(line.split(". ", 1) for line in kinds["caption"]["prompt"].splitlines()[3:])
    assert options[kinds["caption"]["answer"]] in {"go to " + r for r in options.values()} | set(
        options.values()
    )
    features = json.loads(parquet.read_schema(out / "sequences.parquet").metadata[b"huggingface"])
    assert features["info"]["features"]["images"]["feature"] == {"_type": "Image"}


def test_films_have_a_picture_for_each_step(recorded: Episode, tmp_path: Path) -> None:
    with Image.open(export(recorded, "gif", tmp_path / "a.gif")) as gif:
        assert (gif.n_frames, gif.size) == (6, (960, 596))  # type: ignore[attr-defined]
    import imageio_ffmpeg

    for name in ("mp4", "webm"):
        film = export(recorded, name, tmp_path / f"a.{name}")
        frames, seconds = imageio_ffmpeg.count_frames_and_secs(str(film))
        assert frames == 6 * 14
        assert seconds == pytest.approx(8.4, abs=0.2)


def test_what_cannot_be_written_is_named(recorded: Episode, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="There is no format 'avi'"):
        export(recorded, "avi", tmp_path / "x")
    with pytest.raises(UsageError, match="is there already"):
        export(recorded, "gif", tmp_path)
