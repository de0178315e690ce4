"""Answers decoded together are those decoded one by one, whatever else is in the batch."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest

for needed in ("torch", "transformers"):
    pytest.importorskip(needed)

from PIL import Image

from handeye.actions import ScreenSpace, Size
from handeye.envs import Observation, Screenshot
from handeye.grounding.phi4 import IMAGE
from handeye.grounding.phi4.grounder import Phi4Grounder
from handeye.grounding.phi4.prompt import Prompt

Draw = Callable[..., Image.Image]


def seen(image: Image.Image) -> Observation:
    packed = BytesIO()
    image.save(packed, "PNG")
    space = ScreenSpace(size=Size(width=image.width, height=image.height))
    return Observation(screenshot=Screenshot(data=packed.getvalue(), space=space))


def test_free_answers_of_prompts_of_several_lengths(model: Any, draw: Draw) -> None:
    prompts = [
        Prompt((5, 9, 150, 7), ()),
        Prompt((5, IMAGE, 7), (draw(300, 200),)),
        Prompt((11,), ()),
        Prompt((5, IMAGE, 7, 8, IMAGE), (draw(100, 90), draw(260, 300))),
    ]
    alone = [model.answer(prompt, max_new_tokens=9) for prompt in prompts]
    together = model.answer_together(prompts, max_new_tokens=9)
    for one, other in zip(alone, together, strict=True):
        assert one.ids == other.ids
        assert one.probabilities == pytest.approx(other.probabilities, abs=1e-5)
        assert (one.finish, one.prompt_tokens) == (other.finish, other.prompt_tokens)


def test_boxes_on_screens_of_several_sizes(chat_model: Any, draw: Draw) -> None:
    grounder = Phi4Grounder(chat_model, "phi4:tiny")
    questions = [
        (seen(draw(300, 200)), "the Save button"),
        (seen(draw(300, 200)), "Name"),
        (seen(draw(128, 256, 1)), "a much longer phrase, so that the rows differ in length"),
    ]
    together = grounder.ground_together(questions)
    for (screen, phrase), answer in zip(questions, together, strict=True):
        alone = grounder.ground(screen, phrase)
        assert (answer.phrase, answer.raw, answer.box) == (phrase, alone.raw, alone.box)
        assert answer.confidence == pytest.approx(alone.confidence, abs=1e-5)


def test_a_question_that_does_not_fit_is_missing_and_the_others_are_answered(
    chat_model: Any, draw: Draw
) -> None:
    grounder = Phi4Grounder(chat_model, "phi4:tiny")
    screen = seen(draw(128, 128))
    fits, too_long = grounder.ground_together([(screen, "Save"), (screen, "word " * 40_000)])
    assert (fits.status, too_long.status) == ("found", "missing")
    assert fits.raw == grounder.ground(screen, "Save").raw
