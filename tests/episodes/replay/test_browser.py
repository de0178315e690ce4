"""Replay in a real browser, on a fresh shop at another port; the shop's server says what happened."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from handeye.actions import Click, Goto, Press, Target
from handeye.cli.replay import replay as replay_command
from handeye.envs.browser import BrowserEnv
from handeye.envs.shop import ShopState, serve
from handeye.episodes import Episode, StopReason, read_episode, replay, write_report

Record = Callable[..., Episode]


def click(phrase: str) -> Click:
    return Click(target=Target(phrase=phrase))


@pytest.fixture(scope="module")
def recorded(record_at: Record, tmp_path_factory: pytest.TempPathFactory) -> Episode:
    """From the shop's front page to the cart, where the stapler is removed."""
    path = tmp_path_factory.mktemp("episodes") / "recorded"
    with serve() as shop, BrowserEnv(shop.url) as env:
        fill(shop.state, "gel-pens", "stapler", "copy-paper")
        steps = (
            Goto(url=f"{shop.url}cart"),
            click("Remove @ Full-Strip Stapler"),
            click("Yes, remove it"),
        )
        episode = record_at(env, shop.url, path, *steps)
        assert in_cart(shop.state) == ["gel-pens", "copy-paper"]
    return episode


def fill(state: ShopState, *goods: str) -> None:
    colours = {"gel-pens": "Blue", "stapler": "Red", "copy-paper": "Standard"}
    for sku in goods:
        state.add(sku, colours[sku], 1)


def in_cart(state: ShopState) -> list[str]:
    return [line.sku for line in state.cart]


def test_a_replay_stops_before_it_removes_something_else(recorded: Episode) -> None:
    with serve() as shop, BrowserEnv(shop.url) as env:
        fill(shop.state, "gel-pens", "copy-paper")
        result = replay(recorded, env, url=shop.url, patience=0.3)
        assert (result.reason, result.steps) == (StopReason.DIVERGED, 1)
        assert "Step 2" in result.message
        assert "button “Remove” in the row or item “Full-Strip Stapler" in result.message
        assert in_cart(shop.state) == ["gel-pens", "copy-paper"]


def test_the_command_replays_at_another_address_where_the_rows_have_moved(
    recorded: Episode, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HANDEYE_HOME", str(tmp_path / "home"))
    app = typer.Typer()
    app.command()(replay_command)
    with serve() as shop:
        fill(shop.state, "stapler", "copy-paper", "gel-pens")
        ran = CliRunner().invoke(app, [str(recorded.path), "--url", shop.url, "--json"])
        assert in_cart(shop.state) == ["copy-paper", "gel-pens"]
    assert ran.exit_code == 0, ran.output
    result = json.loads(ran.stdout)
    assert (result["ok"], result["steps"], result["answer"]) == (True, 3, "42")
    again = read_episode(Path(result["episode"]))
    assert again.path.parent == tmp_path / "home"
    assert again.ended is not None
    assert again.ended.ok


def test_the_report_shows_a_step_and_moves_by_key(recorded: Episode, tmp_path: Path) -> None:
    write_report(recorded, tmp_path / "report.html")
    with BrowserEnv((tmp_path / "report.html").as_uri()) as env:
        first = env.observe()
        assert first.title == "handeye: use the shop"
        names = [element.name for element in first.elements or ()]
        assert "Step 1 of 3" in names
        assert any(name.startswith("The screen before: go to") for name in names)
        env.act(Press(keys=("ArrowRight",)))
        names = [element.name for element in env.observe().elements or ()]
        assert "Step 2 of 3" in names
