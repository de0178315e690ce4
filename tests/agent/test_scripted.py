"""The scripted planner and the table of planners."""

from pathlib import Path

import pytest

from handeye.actions import Back
from handeye.actions.errors import UsageError
from handeye.agent import Plan, Step
from handeye.agent.backends import make_planner


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("not json", "no list of actions"),
        ('{"kind": "click"}', "no list of actions"),
        ('[{"kind": "explode"}]', "entry 0"),
        ('[{"kind": "back"}, {"kind": "click"}]', "entry 1"),
    ],
)
def test_an_unusable_file_is_named(tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "actions.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=words):
        make_planner(f"scripted:{file}")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"gone\.json"):
        make_planner(f"scripted:{tmp_path / 'gone.json'}")
    with pytest.raises(UsageError, match="needs a file"):
        make_planner("scripted")


def test_an_unknown_planner_is_named() -> None:
    with pytest.raises(UsageError, match="instructoins"):
        make_planner("instructoins")


def test_thoughts_come_along(tmp_path: Path) -> None:
    file = tmp_path / "actions.json"
    file.write_text('[{"thought": "home", "action": {"kind": "back"}}, {"kind": "reload"}]')
    planner = make_planner(f"scripted:{file}")
    past = [Step(index=index, plan=Plan(action=Back())) for index in range(3)]
    plans = [planner.plan(None, past[:done]) for done in range(3)]  # type: ignore[arg-type]
    assert [plan.action.kind for plan in plans] == ["back", "reload", "done"]
    assert plans[0].thought == "home"
