"""The scripted model, and choosing a model by name."""

import json
from pathlib import Path

import pytest

from handeye.actions.errors import BackendError, UsageError
from handeye.grounding.chat import Message
from handeye.grounding.chat.backends import ModelOptions, make_model


def asked(text: str) -> list[Message]:
    return [Message("user", (text,))]


def script(folder: Path, content: object) -> str:
    path = folder / "script.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    return f"scripted:{path}"


def test_a_list_is_given_out_in_order(tmp_path: Path) -> None:
    model = make_model(script(tmp_path, ["one", {"text": "two", "thought": "hm"}]))
    assert model.complete(asked("?")).text == "one"
    heard: list[tuple[str, str]] = []
    reply = model.complete(asked("?"), heard=lambda piece, kind: heard.append((kind, piece)))
    assert (reply.text, reply.thought) == ("two", "hm")
    assert heard == [("thought", "hm"), ("text", "two")]
    with pytest.raises(BackendError, match="no reply left"):
        model.complete(asked("?"))


def test_patterns_answer_what_they_fit_every_time(tmp_path: Path) -> None:
    model = make_model(script(tmp_path, {"Save": "[1, 2]", "Cancel|Close": {"text": "[3, 4]"}}))
    assert [model.complete(asked(f"the {name} button")).text for name in ("Close", "Save")] * 2 == [
        "[3, 4]",
        "[1, 2]",
    ] * 2
    with pytest.raises(BackendError, match="is silent"):
        model.complete(asked("Delete"))


@pytest.mark.parametrize("content", [{"a": 1}, [1], "x", [{"txt": "a"}], {"(": "a"}])
def test_a_bad_script_is_one_clear_error(tmp_path: Path, content: object) -> None:
    with pytest.raises(UsageError, match="script"):
        make_model(script(tmp_path, content))


def test_a_script_needs_a_file(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        make_model(f"scripted:{tmp_path / 'none.json'}")
    with pytest.raises(UsageError, match=r"scripted:FILE"):
        make_model("scripted")


@pytest.mark.parametrize("spec", ["", "gpt-5", "Remote:gpt-5", "qwen2.5vl:7b@http://h"])
def test_a_spec_of_no_known_kind_is_answered_with_the_ways_there_are(spec: str) -> None:
    with pytest.raises(UsageError) as caught:
        make_model(spec)
    for way in ("phi4:", "remote:NAME@URL", "scripted:FILE.json"):
        assert way in caught.value.fix


def test_an_option_that_the_model_does_not_have_is_an_error(tmp_path: Path) -> None:
    spec = script(tmp_path, ["one"])
    with pytest.raises(UsageError, match="'scripted' has no option 'load'"):
        make_model(spec, ModelOptions(load="4bit"))
    assert make_model(spec, ModelOptions(profile="phi4")).complete(asked("?")).text == "one"
