"""The list of episodes and the trace, by pressing keys."""

from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Button, Input, OptionList, Static, TabbedContent

from handeye.tui.app import HandeyeApp
from handeye.tui.modals.confirm import Confirm
from handeye.tui.modals.question import Question
from handeye.tui.screens.diff import Diff
from handeye.tui.screens.episodes import Episodes
from handeye.tui.screens.ground import Ground
from handeye.tui.screens.trace import Trace
from handeye.tui.widgets.picture import Picture
from handeye.tui.widgets.rows import RowList
from handeye.tui.widgets.scrubber import Scrubber
from handeye.tui.widgets.topbar import Place

SIZE = (100, 30)

pytestmark = pytest.mark.anyio


def rows(app: Any) -> list[str]:
    made = app.screen.query_one(RowList)
    return [made._row(index, 90).plain for index in range(made.count)]


def text_of(app: Any, selector: str) -> str:
    from rich.console import Console

    shown = app.screen.query_one(selector, Static).visual
    console = Console(width=100)
    with console.capture() as captured:
        console.print(getattr(shown, "_renderable", shown))
    return captured.get()


FOUND = {
    "status:failed": ["Check out"],
    "status:unfinished": ["Find a notebook"],
    "model:qwen task:lamp": ["Buy a lamp"],
    "date:2026-09-21 notebook": ["Find a notebook"],
    "env:desktop": [],
    "status:ok check": [],
}


async def test_episodes_are_listed_newest_first_narrowed_down_and_sorted(
    app: Any, rest: Any
) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await rest(pilot)
        assert isinstance(app.screen, Episodes)
        assert [row.split()[1] for row in rows(app)] == ["unfinished", "action", "ok"]
        await pilot.press("slash", *"lamp")
        assert ["Buy a lamp" in row for row in rows(app)] == [True]
        await pilot.press("escape")
        assert app.screen.query_one(RowList).has_focus
        for query, tasks in FOUND.items():
            app.screen.query_one(Input).value = query
            await pilot.pause()
            assert [task for row in rows(app) for task in tasks if task in row] == tasks, query
            assert len(rows(app)) == len(tasks), query
        app.screen.query_one(Input).value = "staus:failed"
        await pilot.pause()
        assert "staus: is no filter" in app.screen.query_one(RowList).render_line(0).text
        app.screen.query_one(Input).value = ""
        await pilot.press("f", "f")
        assert app.screen.query_one(Input).value == "status:failed"
        await pilot.press("f", "f", "s")
        assert app.screen.query_one(Input).value == ""
        assert [row.split()[1] for row in rows(app)] == ["ok", "action", "unfinished"]
        await pilot.click(app.screen.query(Place)[2])
        assert isinstance(app.screen, Ground)


async def test_time_travel_with_arrows_scrubber_and_errors(app: Any, rest: Any) -> None:
    async with app.run_test(size=(160, 50)) as pilot:
        await rest(pilot)
        await pilot.press("down", "enter")
        await rest(pilot)
        trace = app.screen
        assert isinstance(trace, Trace)
        assert trace.index == 0
        await pilot.press("right", "right", "left")
        assert trace.index == 1
        await pilot.press("home", "e")
        assert trace.index == 1
        assert "sold out" in text_of(app, "#step-text")
        await pilot.click(Scrubber, offset=(0, 0))
        assert trace.index == 0
        wide = text_of(app, "#step-text")
        await pilot.resize_terminal(80, 24)
        await rest(pilot)
        assert text_of(app, "#step-text").count("\n") > wide.count("\n"), "times go below the rest"
        await pilot.press("escape")
        assert isinstance(app.screen, Episodes)


async def test_a_step_is_looked_at_from_all_sides_and_the_run_exported(
    app: Any, rest: Any, tmp_path: Path
) -> None:
    async with app.run_test(size=(160, 50), notifications=True) as pilot:
        await rest(pilot)
        await pilot.press("end", "enter")
        await rest(pilot)
        captions = []
        for key in ("", "b", "b", "d"):
            await pilot.press(*key)
            await rest(pilot)
            captions.append(text_of(app, "#caption").strip())
        assert captions[0] == captions[2] == "Before; target at (140, 40)"
        assert captions[1] == "After"
        assert captions[3].startswith("Difference: ")
        assert captions[3].endswith("% of the pixels changed")

        await pilot.press("d", "t")
        await rest(pilot)
        assert app.screen.query_one(TabbedContent).active == "model"
        shown = text_of(app, "#model-text")
        assert '{"action": "click"' in shown
        assert '"kind": "click"' in shown

        image = app.screen.query_one(Picture).query_one("#image")
        at = (round(140 / 480 * image.size.width), round(40 / 300 * image.size.height))
        await pilot.click(image, offset=at)
        await rest(pilot)
        assert "textbox “Search”" in text_of(app, "#element-text")

        await pilot.press("x")
        formats = app.screen.query_one(OptionList)
        formats.highlighted = formats.get_option_index("html")
        await pilot.press("enter")
        out = tmp_path / "[red] report.html"
        app.screen.query_one(Input).value = str(out)
        await pilot.press("enter")
        await rest(pilot)
        assert "[red] report.html" in str(app.screen.query("Toast").last().render())
        assert out.read_text().startswith("<!doctype html>")


async def test_the_size_of_an_episode_is_that_of_its_folder(
    app: Any, rest: Any, home: Path
) -> None:
    (home / "one" / "downloads" / "film").write_bytes(bytes(3_000_000))
    async with app.run_test(size=(80, 24)) as pilot:
        await rest(pilot)
        await pilot.press("end")
        await rest(pilot)
        assert "3.0 MB" not in text_of(app, "#about"), "it is not shown, and not looked at"
        await pilot.resize_terminal(160, 50)
        await rest(pilot)
        assert "3.0 MB" in text_of(app, "#about")
        assert app.screen.query_one(Picture)._frame is not None


async def test_two_runs_are_compared_from_where_they_part(app: Any, rest: Any) -> None:
    async with app.run_test(size=(160, 50)) as pilot:
        await rest(pilot)
        await pilot.press("end", "c", "up", "c")
        await rest(pilot)
        assert isinstance(app.screen, Diff)
        assert app.screen.query_one(RowList).cursor == 1
        assert "≠" in rows(app)[1]
        await pilot.press("enter")
        await rest(pilot)
        assert isinstance(app.screen, Trace)
        assert app.screen.index == 1


async def test_a_damaged_episode_is_a_dialog_with_a_fix(app: Any, rest: Any, home: Path) -> None:
    events = home / "one" / "episode.jsonl"
    events.write_bytes(events.read_bytes().replace(b"Lamp", b"Lump"))
    async with app.run_test(size=SIZE) as pilot:
        await rest(pilot)
        await pilot.press("end", "enter")
        await rest(pilot)
        assert "Restore the folder" in " ".join(
            str(each.visual) for each in app.screen.query(Static)
        )
        await pilot.press("escape", "escape")
        assert isinstance(app.screen, Episodes)


async def test_a_frame_that_is_damaged_or_gone_does_not_stand_in_the_way_of_the_others(
    app: Any, rest: Any, home: Path
) -> None:
    first, *_, last = sorted(
        (home / "one" / "frames").iterdir(), key=lambda each: each.stat().st_mtime_ns
    )
    first.unlink()
    last.write_bytes(last.read_bytes()[:100])
    async with app.run_test(size=SIZE) as pilot:
        await rest(pilot)
        await pilot.press("end", "enter")
        await rest(pilot)
        told = []
        for key in ("home", "right", "end"):
            await pilot.press(key)
            await rest(pilot)
            assert isinstance(app.screen, Trace)
            told.append(text_of(app, "#caption").strip()[:6])
        assert told == ["✗ Dama", "Before", "✗ Dama"]


async def test_what_stands_in_an_empty_list_is_read_to_its_end(rest: Any, tmp_path: Path) -> None:
    folder = (
        tmp_path / "of a name that is longer than a terminal of eighty columns has room for, twice"
    )
    app = HandeyeApp(folder)
    async with app.run_test(size=(80, 24)) as pilot:
        await rest(pilot)
        rows = app.screen.query_one(RowList)
        told = " ".join(rows.render_line(y).text.strip() for y in range(6))
        assert told.strip().endswith("holds no episodes yet.")


@pytest.mark.parametrize("kind", [Confirm, Question])
async def test_a_long_question_leaves_room_for_its_answer(tmp_path: Path, kind: Any) -> None:
    app = HandeyeApp(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        app.push_screen(kind("Allow this action?", "very long words " * 500))
        await pilot.pause()
        answer = app.screen.query(Button).last() if kind is Confirm else app.screen.query_one(Input)
        assert app.screen.region.contains_region(answer.region)
        assert answer.region.height >= 3
        assert app.screen.query_one(".saying").max_scroll_y > 50
