"""Recordings of other tools come in with all that an episode can hold; the rest is listed."""

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from handeye import replay, run
from handeye.actions import Batch, Click, Drag, Goto, Point, Press, Scroll, Target, Type, Wait
from handeye.actions.errors import UsageError
from handeye.agent.counterfactual import ask_grounder
from handeye.episodes import Episode, load_frame, read_episode
from handeye.episodes.exports import export
from handeye.episodes.imports import Imported, import_recording
from handeye.episodes.imports.pyautogui import Reader
from handeye.episodes.keep import verify_episode
from handeye.grounding.backends import make_grounder

DATA = Path(__file__).parents[4] / "shared" / "data" / "episodes"
World = Any


def picture(shade: int, kind: str = "PNG") -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (64, 48), (shade, shade, shade)).save(data, kind)
    return data.getvalue()


def actions(imported: Imported) -> list[Any]:
    episode = read_episode(imported.episode)
    assert verify_episode(episode.path) == []
    planned = [step.planned.action for step in episode.steps if step.planned]
    return [action for action in planned if action.kind != "done"]


@pytest.fixture
def bring(tmp_path: Path) -> Callable[..., Imported]:
    return lambda source, kind="": import_recording(source, kind, out=tmp_path / "imported")


CHROME = {
    "title": "Order",
    "steps": [
        {"type": "setViewport", "width": 900, "height": 700},
        {"type": "navigate", "url": "URL", "assertedEvents": [{"type": "navigation"}]},
        {"type": "change", "value": "milk", "selectors": [["aria/What"], ["#what"]]},
        {"type": "click", "selectors": [["#b"], ["text/Order now"]], "offsetX": 3, "offsetY": 4},
        {"type": "keyDown", "key": "Shift"},
        {"type": "keyUp", "key": "Shift"},
        {"type": "customStep", "name": "mine", "parameters": {}},
        {"type": "click", "selectors": []},
    ],
}


def test_a_chrome_recording_is_planned_and_can_be_run(
    bring: Callable[..., Imported], site: Any, tmp_path: Path
) -> None:
    page = "<input aria-label=What><button onclick=\"document.title='Got ' + document.querySelector('input').value\">Order now</button>"
    shop = site({"/": page})
    (tmp_path / "flow.json").write_text(json.dumps(CHROME).replace("URL", f"{shop.url}/"))
    found = bring(tmp_path / "flow.json")
    assert actions(found) == [
        Goto(url=f"{shop.url}/"),
        Type(text="milk", target=Target(phrase='"What" field'), clear=True),
        Click(target=Target(phrase='"Order now"')),
        Press(keys=("Shift",)),
    ]
    assert found.left_out == (
        "step 1 (setViewport): an episode has no such action",
        "step 2 (navigate): assertedEvents = [{'type': 'navigation'}]",
        "step 7 (customStep): an episode has no such action",
        "step 8 (click): it has no selector",
    )
    result = run("Order", url=shop.url, planner=f"scripted:{found.episode}", out=tmp_path / "ran")
    assert result.ok, result.message
    last = read_episode(tmp_path / "ran").steps[-1].observed
    assert last is not None
    assert last.title == "Got milk"


def chrome(*steps: dict[str, Any]) -> bytes:
    return json.dumps({"title": "Order", "steps": steps}).encode()


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([{"type": "click", "selectors": [["main", 'aria/Find[role="searchbox"]'], ["#q"]]}], [Click(target=Target(phrase='"Find" searchbox'))]),
        ([{"type": "click", "selectors": ['aria/[role="menuitem"]']}], [Click(target=Target(phrase="menu item"))]),
        ([{"type": "click", "selectors": ['aria/Find[role="generic"]']}], [Click(target=Target(phrase='"Find"'))]),
        ([{"type": "change", "value": "a", "selectors": ["text/Find"]}], [Type(text="a", target=Target(phrase='"Find" field'), clear=True)]),
        ([{"type": "keyDown", "key": "Control"}, {"type": "keyDown", "key": "a"}, {"type": "keyUp", "key": "a"}, {"type": "keyUp", "key": "Control"}, {"type": "keyDown", "key": "a"}], [Press(keys=("Control", "a")), Press(keys=("a",))]),
        ([{"type": "scroll", "x": 0, "y": 500}, {"type": "scroll", "x": 10, "y": 300}], [Scroll(dy=500), Scroll(dx=10, dy=-200)]),
        ([{"type": "scroll", "x": 0, "y": 500}, {"type": "navigate", "url": "http://a.test/"}, {"type": "scroll", "x": 0, "y": 300}], [Scroll(dy=500), Goto(url="http://a.test/"), Scroll(dy=300)]),
        ([{"type": "waitForElement", "selectors": [["aria/Thanks"], ["text/Thank you"]]}, {"type": "waitForElement", "selectors": ["#x"]}], [Wait(until="text", text="Thank you")]),
    ],
)  # fmt: skip
def test_what_steps_of_chrome_mean(
    bring: Callable[..., Imported], tmp_path: Path, steps: list[Any], expected: list[Any]
) -> None:
    (tmp_path / "flow.json").write_bytes(chrome(*steps))
    assert actions(bring(tmp_path / "flow.json")) == expected


def test_what_has_no_place_is_neither_replayed_nor_exported_with_a_hole(
    bring: Callable[..., Imported], tmp_path: Path
) -> None:
    click = {"type": "click", "selectors": ["aria/Order"]}
    (tmp_path / "flow.json").write_bytes(
        chrome({"type": "navigate", "url": "http://a.test/"}, click)
    )
    found = bring(tmp_path / "flow.json")
    says = r"1 of its 2 steps \(2\)[^!]*handeye run Order --url http://a.test/ --planner scripted:"
    with pytest.raises(UsageError, match=says):
        replay(found.episode)
    episode = read_episode(found.episode)
    for name in ("playwright", "osworld"):
        with pytest.raises(UsageError, match=says):
            export(episode, name, tmp_path / name)
    with pytest.raises(UsageError, match="no step that was done"):
        export(episode, "dataset", tmp_path / "dataset")
    with pytest.raises(UsageError, match="no step with a screen"):
        ask_grounder(episode, make_grounder("elements"))


def test_what_was_planned_in_an_episode_ends_where_a_step_fails(
    bring: Callable[..., Imported], site: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HANDEYE_HOME", str(tmp_path))
    shop = site({"/": "<button onclick=\"document.title='Cleared'\">Clear</button>"})
    steps = [{"type": "click", "selectors": [f"aria/{name}"]} for name in ("Fill", "Clear")]
    (tmp_path / "flow.json").write_bytes(chrome(*steps))
    bring(tmp_path / "flow.json")
    result = run("Order", url=shop.url, planner="scripted:imported", out=tmp_path / "ran")
    assert (result.ok, result.reason, result.steps) == (False, "not_found", 1), result.message


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("# go\npyautogui.click(427, 273)", [Click(target=Target(point=Point(x=427, y=273)))]),
        ("pyautogui.click(x=1, y=2, clicks=2, button='right')", [Click(target=Target(point=Point(x=1, y=2)), count=2, button="right")]),
        ("pyautogui.moveTo(1, 2); pyautogui.dragTo(3, 4, duration=1)", None),
        ("pyautogui.hotkey('ctrl', 'a')", [Press(keys=("Control", "a"))]),
        ("pyautogui.scroll(-3)", [Scroll(dy=300)]),
        ("pyautogui.scroll(-3, 5, 6)", [Scroll(dy=300, target=Target(point=Point(x=5, y=6)))]),
        ("pyautogui.press(['down', 'enter'])", [Batch(actions=(Press(keys=("ArrowDown",)), Press(keys=("Enter",))))]),
        ("pyautogui.press('down', presses=2)", [Batch(actions=(Press(keys=("ArrowDown",)), Press(keys=("ArrowDown",))))]),
        ("import time\ntime.sleep(2)", [Wait(until="time", seconds=2)]),
    ],
)  # fmt: skip
def test_lines_of_pyautogui_are_read_and_never_run(code: str, expected: Any) -> None:
    found, rest = Reader().actions(code)
    assert rest == []
    if expected is None:
        start, end = Target(point=Point(x=1, y=2)), Target(point=Point(x=3, y=4))
        assert found[1] == Drag(path=(start, end))
    else:
        assert found == expected


def test_code_that_is_no_action_is_left_out(tmp_path: Path) -> None:
    code = f"open({str(tmp_path / 'x')!r}, 'w')\nfor i in range(3): pyautogui.press('tab')\nx = 1"
    found, rest = Reader().actions(code)
    assert (found, len(rest)) == ([], 3)
    assert not (tmp_path / "x").exists()


def test_a_trajectory_of_osworld(bring: Callable[..., Imported], tmp_path: Path) -> None:
    source = tmp_path / "traj"
    source.mkdir()
    for number in range(3):
        (source / f"step_{number}_now.png").write_bytes(picture(number * 90))
    lines = [
        {"step_num": 1, "action": "pyautogui.click(5, 6)\npyautogui.write('a')\nspeak('hi')", "response": "I click.", "screenshot_file": "step_1_now.png"},
        {"step_num": 2, "action": "pyautogui.press('enter')", "screenshot_file": "step_2_now.png"},
        {"step_num": 3, "action": "DONE", "screenshot_file": "gone.png"},
    ]  # fmt: skip
    (source / "traj.jsonl").write_text("\n".join(map(json.dumps, lines)))
    (source / "result.txt").write_text("0.0")
    (source / "config.json").write_text('{"instruction": "Do it", "evaluator": {}}')
    found = bring(source)
    click = Click(target=Target(point=Point(x=5, y=6)))
    assert actions(found) == [Batch(actions=(click, Type(text="a"))), Press(keys=("Enter",))]
    assert found.left_out == (
        "config.json: how the task is set up and judged", "step 1: speak('hi')",
        "step 3: its picture gone.png is missing",
    )  # fmt: skip
    episode = read_episode(found.episode)
    assert episode.started is not None
    assert (episode.started.task, episode.started.env) == ("Do it", "desktop")
    assert episode.ended is not None
    assert not episode.ended.ok
    shades = [
        load_frame(episode, s.observed).image.getpixel((0, 0)) for s in episode.steps if s.observed
    ]
    assert shades == [(0, 0, 0), (90, 90, 90), (180, 180, 180)]
    assert episode.steps[0].planned is not None
    assert episode.steps[0].planned.thought == "I click."


def test_a_trace_of_playwright(bring: Callable[..., Imported], tmp_path: Path) -> None:
    events = [
        {"type": "context-options", "options": {"viewport": {"width": 32, "height": 24}}},
        {"type": "before", "callId": "1", "apiName": "Page.goto", "method": "goto", "params": {"url": "http://a/"}, "startTime": 1},
        {"type": "screencast-frame", "sha1": "a.jpeg", "timestamp": 2},
        {"type": "before", "callId": "2", "apiName": "Locator.click", "method": "click", "params": {"selector": 'internal:role=button[name="Buy it"i]'}, "startTime": 3},
        {"type": "after", "callId": "2", "point": {"x": 10, "y": 12}},
        {"type": "before", "callId": "3", "apiName": "Page.evaluate", "method": "evaluateExpression", "params": {}, "startTime": 4},
        {"type": "before", "callId": "4", "apiName": "Locator.click", "method": "click", "params": {"selector": "#no"}, "startTime": 5},
        {"type": "after", "callId": "4", "error": {"message": "timeout"}},
    ]  # fmt: skip
    with zipfile.ZipFile(tmp_path / "trace.zip", "w") as archive:
        archive.writestr("trace.trace", "\n".join(map(json.dumps, events)))
        archive.writestr("resources/a.jpeg", picture(90, "JPEG"))
    found = bring(tmp_path / "trace.zip")
    goto, click = actions(found)
    assert goto == Goto(url="http://a/")
    assert click.target == Target(phrase='"Buy it" button', point=Point(x=20, y=24))
    assert found.left_out == (
        "Page.evaluate: an episode has no such action", "Locator.click: it failed",
    )  # fmt: skip


def test_what_atif_takes_away_comes_back(
    world: World, record_in: Callable[..., Episode], bring: Callable[..., Imported], tmp_path: Path
) -> None:
    click = Click(target=Target(phrase="Open @ desk lamp"))
    episode = record_in(world, Type(text="x", target=Target(phrase="Search")), click)
    found = bring(export(episode, "atif", tmp_path / "atif"))
    again = read_episode(found.episode)
    assert found.left_out == ()
    done = [step.intent.action for step in episode.steps if step.intent]
    assert [step.intent.action for step in again.steps if step.intent] == done
    for old, new in zip(episode.steps, again.steps, strict=False):
        assert old.observed is not None
        assert new.observed is not None
        assert (new.observed.frame, new.observed.url) == (old.observed.frame, old.observed.url)
        assert old.intent is not None
        assert new.intent is not None
        assert new.intent.elements == old.intent.elements


def test_other_tools_calls_are_listed(bring: Callable[..., Imported], tmp_path: Path) -> None:
    steps = [
        {"step_id": 1, "source": "user", "message": "Fix it"},
        {"step_id": 2, "source": "agent", "message": "", "tool_calls": [{"tool_call_id": "a", "function_name": "bash", "arguments": {"command": "ls"}}]},
        {"step_id": 3, "source": "agent", "message": "All done."},
    ]  # fmt: skip
    (tmp_path / "t.json").write_text(json.dumps({"schema_version": "ATIF-v1.6", "steps": steps}))
    found = bring(tmp_path / "t.json")
    assert found.left_out == (
        "step 2: the tool call bash({'command': 'ls'})", "step 3: a message without a tool call: All done.",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.json", b"{", "it is no JSON"),
        ("a.json", b"[]", "it has no list of steps"),
        ("a.json", b'{"schema_version": "ATIF-v2.0", "steps": []}', "ATIF v1 is read"),
        ("a.json", b'{"schema_version": "ATIF-v1.0", "steps": [null]}', "of another kind"),
        ("a.json", b"[" * 200_000, "it is no JSON"),
        ("a.zip", b"PK", "it is no zip file"),
        ("a.txt", b"", "nothing that can be imported"),
    ],
)
def test_what_is_no_recording_is_named_and_leaves_nothing(
    bring: Callable[..., Imported], tmp_path: Path, name: str, content: bytes, says: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UsageError, match=says):
        bring(tmp_path / name)
    assert not (tmp_path / "imported").exists()


def test_a_part_that_is_not_as_it_should_be_is_listed(
    bring: Callable[..., Imported], tmp_path: Path
) -> None:
    """The rest comes in."""
    events = [
        {"type": "screencast-frame", "sha1": "gone.jpeg", "timestamp": 0},
        {"type": "before", "callId": "1", "method": "goto", "params": {}, "startTime": 1},
        {"type": "before", "callId": "2", "method": "keyboardPress", "params": {"key": "Foo"}, "startTime": 2},
        {"type": "before", "callId": "3", "method": "goto", "params": {"url": "http://a/"}, "startTime": 3},
    ]  # fmt: skip
    with zipfile.ZipFile(tmp_path / "trace.zip", "w") as archive:
        archive.writestr("trace.trace", "\n".join(map(json.dumps, events)))
    found = bring(tmp_path / "trace.zip")
    assert actions(found) == [Goto(url="http://a/")]
    assert found.left_out == (
        "the picture gone.jpeg is not in the file", "goto: there is no 'url'",
        "keyboardPress: no key is called 'Foo'",
    )  # fmt: skip


def test_a_result_in_words_is_listed(bring: Callable[..., Imported], tmp_path: Path) -> None:
    (tmp_path / "t").mkdir()
    (tmp_path / "t" / "traj.jsonl").write_text(
        '{"action": "pyautogui.press(\'tab\', presses=3000)"}'
    )
    (tmp_path / "t" / "result.txt").write_text("success")
    assert bring(tmp_path / "t").left_out == (
        "step ?: pyautogui.press('tab', presses=3000)", "step ?: no picture",
        "result.txt: success",
    )  # fmt: skip


@pytest.mark.skipif(not DATA.is_dir(), reason=f"{DATA} is not on this machine")
def test_published_recordings_come_in(tmp_path: Path) -> None:
    counts = {}
    for source in (
        DATA / "chrome_recorder.json",
        *(DATA / "osworld").iterdir(),
        DATA / "playwright_trace.zip",
    ):
        found = import_recording(source, out=tmp_path / source.name)
        counts[source.name[:6]] = (found.steps, len(found.left_out))
    assert counts == {"chrome": (1, 0), "1e8df6": (6, 1), "playwr": (2, 2)}
