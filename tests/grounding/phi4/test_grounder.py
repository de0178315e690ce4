"""Grounding by a loaded model: any phrase on any screen gives a box in screenshot pixels."""

import json
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

for needed in ("torch", "transformers"):
    pytest.importorskip(needed)

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from handeye.actions import ScreenSpace, Size
from handeye.actions.errors import BackendError, UsageError
from handeye.envs import Observation, Screenshot
from handeye.grounding.backends import make_grounder
from handeye.grounding.phi4 import IMAGE
from handeye.grounding.phi4.grounder import Phi4Grounder, question
from handeye.grounding.phi4.prompt import render

Draw = Callable[..., Image.Image]


def seen(image: Image.Image) -> Observation:
    packed = BytesIO()
    image.save(packed, "PNG")
    space = ScreenSpace(size=Size(width=image.width, height=image.height))
    return Observation(screenshot=Screenshot(data=packed.getvalue(), space=space))


@pytest.fixture
def grounder(chat_model: Any) -> Phi4Grounder:
    return Phi4Grounder(chat_model, "phi4:tiny")


def test_the_answer_is_a_box_on_the_screenshot(grounder: Phi4Grounder, draw: Draw) -> None:
    found = grounder.ground(seen(draw(300, 200)), "the Save button")
    x1, y1, x2, y2 = json.loads(found.raw)
    assert 0 <= x1 < x2 <= 1
    assert 0 <= y1 < y2 <= 1
    assert (found.status, found.phrase) == ("found", "the Save button")
    box = found.box
    assert box is not None
    assert (box.x1, box.y1, box.x2, box.y2) == pytest.approx(
        (x1 * 300, y1 * 200, x2 * 300, y2 * 200)
    )
    assert found.point == box.center
    assert 0 < found.confidence < 1
    (best,) = found.alternatives
    assert (best.box, best.score) == (box, found.confidence)


def test_the_call_is_accounted_for(grounder: Phi4Grounder, draw: Draw, chat_model: Any) -> None:
    found = grounder.ground(seen(draw(128, 128)), "Save")
    (call,) = found.calls
    ids = render([question([draw(128, 128)], "Save")], "nothink", chat_model.chat_tokenizer).ids
    assert (call.purpose, call.model, call.text) == ("ground", "phi4:tiny", found.raw)
    assert call.usage.prompt_tokens == len(ids) - 1 + 64  # 64 patches for the mark
    assert call.usage.completion_tokens == len(chat_model.chat_tokenizer.tokenizer.encode(
        found.raw, add_special_tokens=False).ids) + 1  # fmt: skip
    assert call.seconds > 0


def test_the_question_is_the_published_one(chat_model: Any, draw: Draw) -> None:
    chat = chat_model.chat_tokenizer
    ids = list(render([question([draw(64, 64)], "{a} <image>")], "nothink", chat).ids)
    mark = ids.index(IMAGE)
    before, after = (
        chat.tokenizer.decode(part, skip_special_tokens=False)
        for part in (ids[:mark], ids[mark + 1 :])
    )
    assert before.endswith("<|im_start|>user<|im_sep|>")
    assert after.startswith(
        "\nLocate the the UI element this instruction describes: {a} <image>. Output its bbox "
        "coordinates using the format of [x1, y1, x2, y2] using relative coordinates from 0.0000 "
        "to 1.0000.<|im_end|>"
    )
    assert ids.count(IMAGE) == 1
    assert ids[-1] == chat.id_of("<|dummy_84|>")


def test_the_second_question_pays_for_its_own_words(
    grounder: Phi4Grounder, draw: Draw, chat_model: Any
) -> None:
    screen = seen(draw(128, 128))
    grounder.ground(screen, "Save")
    again = grounder.ground(screen, "Cancel")
    chat_model.cache.clear()
    anew = grounder.ground(screen, "Cancel")
    usage = again.calls[0].usage
    assert usage.prompt_tokens - usage.cached_tokens < 150
    assert anew.calls[0].usage.cached_tokens == 0
    assert (again.raw, again.confidence) == (anew.raw, pytest.approx(anew.confidence, rel=1e-3))


def test_a_screen_can_be_shown_in_another_resolution(chat_model: Any, draw: Draw) -> None:
    screen = seen(draw(300, 200))
    tokens = []
    for resolution in ("naflex", "naflex:24"):
        found = Phi4Grounder(chat_model, resolution=resolution).ground(screen, "Save")
        assert found.box is not None
        assert found.box.x2 <= 300
        tokens.append(found.calls[0].usage.prompt_tokens)
    assert tokens[0] - tokens[1] == 9 * 6 - 6 * 4
    with pytest.raises(UsageError, match="not trained for them"):
        Phi4Grounder(chat_model, resolution="dynamic-s2")


@given(phrase=st.text(max_size=30), width=st.integers(1, 200), height=st.integers(1, 200))
@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_phrase_on_any_screen(
    grounder: Phi4Grounder, draw: Draw, phrase: str, width: int, height: int
) -> None:
    found = grounder.ground(seen(draw(width, height)), phrase)
    assert found.status == "found"
    assert found.point is not None
    assert 0 <= found.point.x <= width - 1
    assert 0 <= found.point.y <= height - 1


def test_a_phrase_that_is_too_long_is_data(grounder: Phi4Grounder, draw: Draw) -> None:
    found = grounder.ground(seen(draw(64, 64)), "Save " * 3000)
    assert (found.status, found.point, found.calls) == ("missing", None, ())
    assert "positions and 40 for the answer; the model has" in found.reason


def test_it_is_chosen_by_name(chat_checkpoint: Path, draw: Draw) -> None:
    grounder = make_grounder(f"phi4:{chat_checkpoint}")
    assert grounder.name == f"phi4:{chat_checkpoint}"
    assert grounder.ground(seen(draw(64, 64)), "Save").status == "found"


def test_a_checkpoint_that_cannot_be_used(checkpoint: Path, tmp_path: Path) -> None:
    with pytest.raises(BackendError, match=r"no tokenizer\.json"):
        make_grounder(f"phi4:{checkpoint}")
    with pytest.raises(BackendError, match="no checkpoint"):
        make_grounder(f"phi4:{tmp_path}")
