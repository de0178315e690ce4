"""Grounding by a model that is talked to: here one whose replies stand in a file."""

import json
from pathlib import Path

import pytest

from handeye.actions import Box, Point
from handeye.actions.errors import BackendError, UsageError
from handeye.envs import Observation, Screenshot
from handeye.grounding.chat.backends import ModelOptions
from handeye.grounding.chat.grounder import ChatGrounder, chat_grounder, question
from handeye.grounding.chat.profiles import Profile, profile_for, profiles


def grounder(folder: Path, *replies: str, profile: str = "qwen3-vl") -> ChatGrounder:
    path = folder / "replies.json"
    path.write_text(json.dumps(replies), encoding="utf-8")
    return chat_grounder(f"scripted:{path}", ModelOptions(profile=profile))


def test_a_box_is_found_in_pixels_of_the_screenshot(tmp_path: Path, screen: Observation) -> None:
    reply = '{"bbox_2d": [100, 250, 200, 500]}'
    answer = grounder(tmp_path, reply).ground(screen, "Save")
    assert answer.status == "found"
    assert answer.box == Box(x1=128, y1=180, x2=256, y2=360)
    assert answer.point == answer.box.center
    assert answer.raw == reply
    (call,) = answer.calls
    assert (call.purpose, call.text, call.problem) == ("ground", reply, "")


def test_a_point_is_found_without_a_box(tmp_path: Path, screen: Observation) -> None:
    answer = grounder(tmp_path, "(0,500)").ground(screen, "Save")
    assert (answer.status, answer.point, answer.box) == ("found", Point(x=0, y=360), None)


def test_what_is_not_there_is_missing(tmp_path: Path, screen: Observation) -> None:
    answer = grounder(tmp_path, "[-1,-1]").ground(screen, "Save")
    assert (answer.status, answer.point) == ("missing", None)
    assert "not there" in answer.reason


def test_several_places_are_ambiguous(tmp_path: Path, screen: Observation) -> None:
    reply = '[{"bbox_2d": [0, 0, 100, 100]}, {"bbox_2d": [500, 0, 600, 100]}]'
    answer = grounder(tmp_path, reply).ground(screen, "Edit")
    assert (answer.status, answer.point) == ("ambiguous", None)
    assert [option.box.x1 for option in answer.alternatives] == [0, 640]


def test_an_unusable_answer_gets_one_repair_turn(tmp_path: Path, screen: Observation) -> None:
    answer = grounder(tmp_path, "Of course!", "[500, 500]").ground(screen, "Save")
    assert (answer.status, answer.point) == ("found", Point(x=640, y=360))
    assert [(call.purpose, call.problem) for call in answer.calls] == [
        ("ground", "it names no place"),
        ("repair", ""),
    ]


def test_after_the_repair_turn_it_is_missing(tmp_path: Path, screen: Observation) -> None:
    answer = grounder(tmp_path, "Of course!", "[1, 1200]").ground(screen, "Save")
    assert answer.status == "missing"
    assert "outside of 0 to 1000" in answer.reason
    assert answer.raw == "[1, 1200]"
    assert len(answer.calls) == 2


def test_a_model_that_fails_is_an_error(tmp_path: Path, screen: Observation) -> None:
    with pytest.raises(BackendError):
        grounder(tmp_path).ground(screen, "Save")


def test_a_model_without_eyes_cannot_ground(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot see"):
        grounder(tmp_path, profile="text-only")


@pytest.mark.parametrize("profile", [each for each in profiles().values() if each.eyes], ids=str)
def test_every_family_is_asked_for_the_phrase(profile: Profile, screen: Observation) -> None:
    phrase = "the {width} field of {phrase}"
    *system, user = question(profile, screen.screenshot, phrase)
    assert [message.role for message in system] == ["system"] * bool(profile.system)
    assert phrase in user.text
    assert "{height}" not in user.text
    (picture,) = (part for part in user.parts if isinstance(part, Screenshot))
    assert picture.space.size == profile.picture.of(screen.screenshot.space.size)
    assert (user.parts[0] is picture) == (profile.order == "picture-text")


def test_the_size_of_the_picture_sent_is_told(screen: Observation) -> None:
    (user,) = question(profile_for("", "gpt"), screen.screenshot, "Save")
    assert "1280 × 720 pixels" in user.text
