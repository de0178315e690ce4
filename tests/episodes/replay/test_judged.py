"""A replay is judged: what the recording did is granted for the same thing on the same site only."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from handeye.actions import Click, Target
from handeye.again import replay
from handeye.cli.app import app
from handeye.envs.browser import BrowserEnv
from handeye.episodes import Episode, StopReason, read_episode

PAGE = """<!doctype html><title>Bill</title><h1>The bill</h1><p>Due now.</p>
<form method=post action=/paid><button>Pay £20</button></form>"""


@pytest.fixture
def bill(lasting_site: Any) -> Any:
    lasting_site.pages = {"/": PAGE, "/paid": "<title>Paid</title>Paid"}
    return lasting_site


@pytest.fixture(scope="module")
def recorded(
    lasting_site: Any, record_at: Callable[..., Episode], tmp_path_factory: pytest.TempPathFactory
) -> Episode:
    lasting_site.pages = {"/": PAGE, "/paid": "<title>Paid</title>Paid"}
    path = tmp_path_factory.mktemp("home") / "bill"
    with BrowserEnv(lasting_site.url) as env:
        return record_at(env, lasting_site.url, path, Click(target=Target(phrase="Pay £20")))


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HANDEYE_HOME", str(tmp_path))


def posts(site: Any) -> int:
    return sum(asked[0] == "POST" for asked in site.log)


def test_what_was_recorded_is_granted_there_and_said_so(bill: Any, recorded: Episode) -> None:
    before = posts(bill)
    result = replay(recorded.path, url=bill.other_origin, patience=0.2)
    assert result.ok, result.message
    assert posts(bill) == before + 1
    assert result.episode is not None
    verdict = read_episode(result.episode).steps[0].verdict
    assert verdict is not None
    assert (verdict.decision, verdict.rule) == ("allow", "pay or buy")
    assert verdict.reason == "The recording has the same done on the same site."
    told = CliRunner().invoke(app, ["policy", "explain", str(result.episode)]).output
    assert f"Could open: localhost:{bill.port}" in told
    assert "allow by “pay or buy”: The recording has the same done" in told


def test_another_amount_on_the_button_is_asked_about(bill: Any, recorded: Episode) -> None:
    before, asked = posts(bill), []
    bill.pages["/"] = PAGE.replace("£20", "£2000")

    def approve(*about: Any) -> bool:
        asked.append(about[1].reason)
        return len(asked) > 1

    result = replay(recorded.path, patience=0.2, approve=approve)
    assert (result.reason, posts(bill)) == (StopReason.DENIED, before)
    assert "was refused by the rule “pay or buy”. This may spend money." in result.message
    assert replay(recorded.path, patience=0.2, approve=approve).ok
    assert (len(asked), posts(bill)) == (2, before + 1)


def test_what_a_model_repairs_is_judged_as_its_own(
    bill: Any, recorded: Episode, tmp_path: Path
) -> None:
    before = posts(bill)
    bill.pages["/"] = PAGE.replace("Pay £20", "Send it all to us")
    repair = tmp_path / "repair.json"
    repair.write_text(json.dumps([{"kind": "click", "target": {"phrase": "Send it all to us"}}]))
    result = replay(recorded.path, patience=0.2, planner=f"scripted:{repair}")
    assert (result.reason, posts(bill)) == (StopReason.DENIED, before)
    assert "rule “send”" in result.message


def test_a_page_that_now_leads_elsewhere_is_not_followed_unless_it_may(
    bill: Any, recorded: Episode, tmp_path: Path
) -> None:
    there = bill.other_origin
    bill.pages["/"] = PAGE.replace("action=/paid", f"action='{there}/paid'")
    before = posts(bill)
    command = ["replay", str(recorded.path), "--json"]
    done = json.loads(CliRunner().invoke(app, command).stdout)
    assert (done["reason"], posts(bill)) == ("denied", before)
    assert "Add --allow-domain for it" in done["message"]
    allowed = f"localhost:{bill.port}"
    assert json.loads(CliRunner().invoke(app, [*command, "--allow-domain", allowed]).stdout)["ok"]
    assert posts(bill) == before + 1
    script = f"onsubmit=\"this.action='{there}/paid'\""
    bill.pages["/"] = PAGE.replace("method=post", f"method=post {script}")
    assert not replay(recorded.path, patience=0.2).ok
    assert posts(bill) == before + 1
    (tmp_path / "mine.toml").write_text('[[rule]]\nname = "mine"\ndecision = "deny"\n')
    bill.pages["/"] = PAGE
    mine = CliRunner().invoke(app, [*command, "--policy", str(tmp_path / "mine.toml")])
    assert "rule “mine”" in json.loads(mine.stdout)["message"]
