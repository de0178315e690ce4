"""The planner and the grounder of a run, chosen by name."""

import json
from pathlib import Path

import pytest

from handeye.actions import ScreenSpace, Size
from handeye.actions.errors import InstructionError
from handeye.agent.backends import choose, make_model_planner
from handeye.envs import Observation, Screenshot
from handeye.grounding.chat.backends import ModelOptions


def test_a_model_that_is_named_for_both_is_opened_once(tmp_path: Path) -> None:
    """A second copy would begin with the first reply again, which is no place."""
    plan = {"thought": "", "actions": [{"kind": "click", "target": "the Save button"}]}
    replies = tmp_path / "replies.json"
    replies.write_text(json.dumps([json.dumps(plan), "[500, 500, 600, 600]"]))
    spec = f"scripted:{replies}"
    planner, grounder = make_model_planner(
        spec, ModelOptions(profile="default"), {"click"}, grounder=spec
    )
    space = ScreenSpace(size=Size(width=1000, height=1000))
    screen = Observation(screenshot=Screenshot(data=b"", space=space))
    planner.prepare("Save")
    planner.plan(screen, ())
    assert grounder.ground(screen, "the Save button").status == "found"


@pytest.mark.parametrize("task", ["press Enter, go back", "if 'Saved' appears, close the tab"])
def test_what_the_screen_has_no_action_for_is_named_before_the_start(task: str) -> None:
    planner, _ = choose("", "", "", ModelOptions(), {"click", "press"})
    with pytest.raises(InstructionError, match=r"cannot be done here: “(go back|close the tab)”"):
        planner.prepare(task)
    planner.prepare("press Enter")
