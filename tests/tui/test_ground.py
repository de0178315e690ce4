"""The playground: real pictures, the real default grounder, by pressing keys."""

from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Input, OptionList

from handeye.actions import Size
from handeye.envs.desktop import PrivateDisplay
from handeye.envs.desktop.private import missing_programs
from handeye.tui.screens.ground import Ground
from handeye.tui.widgets.picture import Picture
from handeye.tui.widgets.rows import RowList

pytestmark = pytest.mark.anyio
SIZE = (140, 40)


def said(app: Any, selector: str = "#said") -> str:
    return str(app.screen.query_one(selector).visual)


async def frame(pilot: Any, rest: Any) -> None:
    """Take the first frame of an episode to the playground."""
    await rest(pilot)
    await pilot.press("end", "enter")
    await rest(pilot)
    await pilot.press("g")
    await rest(pilot)
    assert isinstance(pilot.app.screen, Ground)


async def test_a_phrase_lists_candidates_and_a_click_names_what_lies_there(
    app: Any, rest: Any
) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await frame(pilot, rest)
        await pilot.press(*"Add to cart button", "enter")
        await rest(pilot)
        assert "✓ found at (140, 180)" in said(app)
        rows = app.screen.query_one(RowList)
        assert "Add to cart" in rows._row(0, 80).plain
        assert app.screen.query_one(Picture)._marks[0].box.x1 == 40

        app.screen.query_one(Input).value = "Check in"
        await pilot.press("slash", "enter")
        await rest(pilot)
        assert "✗ missing" in said(app)
        assert "Check out" in said(app)

        image = app.screen.query_one(Picture).query_one("#image")
        await pilot.click(image, offset=(image.size.width // 4, image.size.height * 250 // 300))
        await rest(pilot)
        assert "button “Check out”" in said(app)


async def test_the_resolution_says_its_tokens_and_what_is_wrong_is_a_dialog(
    app: Any, rest: Any, tmp_path: Path
) -> None:
    (tmp_path / "x.png").write_text("no picture")
    async with app.run_test(size=SIZE) as pilot:
        await frame(pilot, rest)
        await pilot.press("escape", "v")
        assert app.screen.query_one(OptionList).option_count == 5
        await pilot.press("down", "enter")
        assert "dynamic-s2" in said(app, "#using")
        await pilot.press("g")
        app.screen.query_one(Input).value = "elephants"
        await pilot.press("enter", "slash", *"Lamp", "enter")
        await rest(pilot)
        assert "elements" in " ".join(str(each.visual) for each in app.screen.query(".said"))
        await pilot.press("escape", "escape", "o")
        app.screen.query_one(Input).value = str(tmp_path / "x.png")
        await pilot.press("enter")
        await rest(pilot)
        assert "x.png" in " ".join(str(each.visual) for each in app.screen.query(".said"))


async def test_the_screen_is_grabbed_and_a_part_that_is_none_is_a_dialog(
    app: Any, rest: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    if lacking := missing_programs():
        pytest.skip(f"a private display needs {', '.join(lacking)}: make packages")
    with PrivateDisplay(Size(width=640, height=400)) as display:
        for name in ("DISPLAY", "XAUTHORITY"):
            monkeypatch.setenv(name, display.env[name])
        async with app.run_test(size=SIZE) as pilot:
            await pilot.press("3", "s", "enter")
            await rest(pilot)
            assert said(app, "#caption") == "640 × 400"
            await pilot.press("escape", "s", *"nowhere", "enter")
            await rest(pilot)
            assert "is no part of a desktop" in str(app.screen.query(".said").first().visual)
