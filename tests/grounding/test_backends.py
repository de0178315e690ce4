"""Choosing a grounder by name, and the scripted one."""

from pathlib import Path

import pytest

from handeye.actions import Point
from handeye.actions.errors import UsageError
from handeye.envs import Observation, Screenshot
from handeye.grounding.backends import GROUNDERS, make_grounder


def test_every_name_leads_to_a_grounder_of_that_name(tmp_path: Path) -> None:
    (tmp_path / "answers.json").write_text("{}")
    specs = {
        "elements": "elements",
        "remote": "remote:a-model@http://127.0.0.1:1/v1",
        "scripted": f"scripted:{tmp_path / 'answers.json'}",
        "zoom": "zoom:elements",
    }
    for name in set(GROUNDERS) - {"phi4"}:  # which needs weights
        assert make_grounder(specs[name]).name.partition(":")[0] == name


def test_a_profile_goes_with_a_model_only() -> None:
    remote = "remote:a-model@http://127.0.0.1:1/v1"
    assert make_grounder(remote, profile="qwen3-vl").name == "remote:a-model"
    with pytest.raises(UsageError, match="no profile called"):
        make_grounder(remote, profile="nope")
    with pytest.raises(UsageError, match="'elements' has no option 'profile'"):
        make_grounder("elements", profile="qwen3-vl")
    for spec in ("elements", remote, f"zoom:{remote}"):
        with pytest.raises(UsageError, match="no option 'load'"):
            make_grounder(spec, load="4bit")


def test_an_unknown_name_is_an_error_that_names_the_known() -> None:
    with pytest.raises(UsageError, match="elements"):
        make_grounder("element")


def test_scripted_answers_with_points_and_boxes(tmp_path: Path, form_shot: Screenshot) -> None:
    path = tmp_path / "answers.json"
    path.write_text('{"Save": [5, 7], "Cancel": [10, 20, 30, 40], "far": [9999, -3]}')
    grounder = make_grounder(f"scripted:{path}")
    seen = Observation(screenshot=form_shot)
    assert grounder.ground(seen, "Save").point == Point(x=5, y=7)
    assert grounder.ground(seen, "Cancel").point == Point(x=20, y=30)
    assert grounder.ground(seen, "far").point == Point(x=999, y=0)
    assert grounder.ground(seen, "Delete").status == "missing"


@pytest.mark.parametrize("text", ["", "[]", '{"a": [1]}', '{"a": [3, 3, 1, 1]}', '{"a": "b"}'])
def test_a_bad_script_is_one_clear_error(tmp_path: Path, text: str) -> None:
    path = tmp_path / "answers.json"
    path.write_text(text)
    with pytest.raises(UsageError, match="script"):
        make_grounder(f"scripted:{path}")


def test_no_script(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        make_grounder(f"scripted:{tmp_path / 'none.json'}")
    with pytest.raises(UsageError, match=r"scripted:FILE"):
        make_grounder("scripted")
