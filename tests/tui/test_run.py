"""A real run in Chromium, watched and steered by pressing keys."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Input, TextArea

import handeye
from handeye.actions import Action, Click
from handeye.envs.shop import Shop, serve
from handeye.episodes import StopReason, Verdict, read_episode
from handeye.tui.app import HandeyeApp
from handeye.tui.modals.confirm import Confirm
from handeye.tui.screens.trace import Trace
from handeye.tui.session import Session
from handeye.tui.widgets.picture import Picture

pytestmark = pytest.mark.anyio
TASK = "Search for 'desk lamp', open the second result, tell me the price"
SIZE = (120, 40)


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    with serve() as made:
        yield made


@pytest.fixture
def session(shop: Shop, tmp_path: Path) -> Iterator[Session]:
    made = Session(TASK, shop.url, out=tmp_path / "home" / "run", max_seconds=60)
    made.control.paused = True
    yield made
    made.control.stop()
    made.control.detach()
    if made.running:
        made.wait()


async def see(pilot: Any, condition: Callable[[], bool], seconds: float = 30) -> None:
    """Wait until the screen shows it."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, pilot.app.run_screen.live.__dict__
        await pilot.pause(0.02)


def waits_for(app: HandeyeApp, action: str) -> Callable[[], bool]:
    live = app.run_screen.live

    def waits() -> bool:
        pending = app.run_screen.live.pending
        return pending is not None and app.run_screen.live.action.startswith(action)

    assert live is not None
    return waits


async def test_an_action_is_edited_sent_and_the_next_rejected_with_a_hint(
    session: Session, tmp_path: Path
) -> None:
    app = HandeyeApp(tmp_path / "home", session=session)
    async with app.run_test(size=SIZE) as pilot:
        await see(pilot, waits_for(app, "type 'desk lamp'"))
        await pilot.press("e")
        text = app.screen.query_one(TextArea)
        text.text = text.text.replace("desk lamp", "notebook")
        await pilot.press("ctrl+s")
        await see(pilot, waits_for(app, "type 'notebook'"))
        await pilot.press("enter")
        await see(pilot, waits_for(app, "press Enter"))
        await pilot.press("x", *"not now", "enter")
        await see(pilot, lambda: app.run_screen.live.over)
        await pilot.press("o")
        await see(pilot, lambda: isinstance(app.screen, Trace) and app.screen.episode is not None)
    typed = read_episode(session.path).steps[0].acted
    assert typed is not None
    assert typed.sent.text == "notebook"  # type: ignore[union-attr]
    assert app.run_screen.live.ledger
    assert app.run_screen.live.lines[0].ok
    assert session.result is not None
    assert session.result.reason is StopReason.DENIED
    assert "not now" in session.result.message


async def test_a_turn_by_hand_is_recorded_and_handed_back_and_the_run_stopped(
    session: Session, tmp_path: Path
) -> None:
    app = HandeyeApp(tmp_path / "home", session=session)
    async with app.run_test(size=SIZE) as pilot:
        await see(pilot, waits_for(app, "type"))
        await pilot.press("ctrl+q", "ctrl+q", "escape")
        assert app.screen is app.run_screen, "it is asked once whether to leave"
        await pilot.press("enter")
        await see(pilot, waits_for(app, "press Enter"))
        await pilot.press("h")
        await see(pilot, lambda: app.run_screen._framed is app.run_screen.live.observed, 2)
        assert "Your turn" in str(app.screen.query_one("#state").visual)
        image = app.screen.query_one(Picture).query_one("#image")
        await see(pilot, lambda: image.size.width > 0)
        await pilot.click(image, offset=(2, image.size.height - 3))
        pending = app.run_screen.live
        await see(pilot, lambda: pending.pending is not None and pending.pending.kind == "hand")
        await pilot.press("p")
        app.screen.query_one(Input).value = "Enter"
        await pilot.press("enter")
        await see(pilot, lambda: len(app.run_screen.live.lines) >= 4)
        await pilot.press("s")
        await see(pilot, lambda: app.run_screen.live.over)
    episode = read_episode(session.path)
    assert episode.finished
    sent = [step.acted.sent for step in episode.steps if step.acted]
    assert isinstance(sent[1], Click)
    assert sent[2].kind == "press"
    assert episode.steps[2].planned is not None
    assert episode.steps[2].planned.thought == "Done by hand."
    assert session.result is not None
    assert session.result.reason is StopReason.INTERRUPTED
    assert all(step.acted for step in episode.steps if step.intent)


class BrokenError(Exception):
    """What a mistake in a widget would raise."""


async def test_the_run_goes_on_when_the_screen_fails(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = HandeyeApp(tmp_path / "home", session=session)

    def fail() -> None:
        raise BrokenError

    async def watch() -> None:
        async with app.run_test(size=SIZE) as pilot:
            await see(pilot, waits_for(app, "type"))
            monkeypatch.setattr(app.run_screen, "action_zoom", fail)
            await pilot.press("z")
            await pilot.pause()

    with pytest.raises(BrokenError):
        await watch()
    session.control.detach()
    session.wait()
    assert session.result is not None
    assert session.result.ok
    assert read_episode(session.path).finished


@pytest.mark.heavy
async def test_a_run_is_forked_replayed_from_a_step_and_its_divergence_found(
    shop: Shop, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    handeye.run("Search for 'desk lamp', open the second result", url=shop.url, out=home / "one")
    app = HandeyeApp(home, episode=home / "one")
    async with app.run_test(size=SIZE) as pilot:
        await see(pilot, lambda: isinstance(app.screen, Trace) and app.screen.episode is not None)
        await pilot.press("right", "right", "f")
        app.screen.query_one("#task", Input).value = "open the first result, tell me the price"
        await pilot.press("ctrl+s")
        await see(pilot, waits_for(app, "click"))
        await pilot.press("space")
        await see(pilot, lambda: app.run_screen.live.over)
        forked = app.run_screen.session
        assert forked.result is not None, forked.error
        assert forked.result.ok
        await pilot.press("o")
        await see(pilot, lambda: isinstance(app.screen, Trace) and app.screen.episode is not None)
        await pilot.press("v")
        await see(pilot, lambda: app.screen.index == 2)
        await pilot.press("escape", "1", "right", "r", "down", "enter")
        await see(pilot, lambda: app.run_screen.session is not forked)
        await see(pilot, lambda: app.run_screen.live.over)
        replayed = app.run_screen.session
        assert replayed.result is not None, replayed.error
        assert replayed.result.ok, replayed.result.message
        assert len(app.run_screen.live.lines) == 1


async def test_what_the_guard_asks_about_is_a_dialog(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def judge(action: Action, *_: object) -> Verdict:
        asks = action.kind in ("type", "click")
        return Verdict(decision="ask" if asks else "allow", rule="some", reason="So it is.")

    monkeypatch.setattr("handeye.agent.loop.judge", judge)  # whatever the rules of today are
    session.control.paused = False
    app = HandeyeApp(tmp_path / "home", session=session)
    async with app.run_test(size=SIZE) as pilot:
        for kind, key in (("type", "y"), ("click", "n")):
            await see(pilot, lambda k=kind: isinstance(app.screen, Confirm) and asks_about(app, k))
            await pilot.press(key)
        await see(pilot, lambda: app.run_screen.live.over)
    assert session.result is not None
    assert session.result.reason is StopReason.DENIED
    steps = [step for step in read_episode(session.path).steps if step.verdict is not None]
    done = [(step.planned.action.kind, step.acted is not None) for step in steps if step.planned]
    assert done == [("type", True), ("press", True), ("click", False)]


def asks_about(app: HandeyeApp, kind: str) -> bool:
    return any(kind in str(said.visual) for said in app.screen.query(".said"))
