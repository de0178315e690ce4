"""Grounding by Phi-4: the published question, an answer held to a box, the middle of it clicked.

Prevents: answers in a form that nobody can read, and the screen worked through once per question.
"""

import json
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from handeye.actions import Box
from handeye.actions.errors import UsageError
from handeye.actions.geometry import box_from_relative
from handeye.envs import Observation
from handeye.grounding.calls import ModelCall, Usage
from handeye.grounding.phi4 import load as load_phi4
from handeye.grounding.types import Candidate, Grounding

if TYPE_CHECKING:
    from PIL import Image

    from handeye.grounding.phi4.decode import Decoded
    from handeye.grounding.phi4.model import Phi4
    from handeye.grounding.phi4.prompt import Prompt, Turn

# The model card's wording, "the the" included: the model was trained and measured with it.
QUESTION = (
    "Locate the the UI element this instruction describes: {phrase}. Output its bbox coordinates "
    "using the format of [x1, y1, x2, y2] using relative coordinates from 0.0000 to 1.0000."
)
MOST_TOKENS = 40  # a box has at most 32 characters, and the end token


def question(images: Sequence["Image.Image"], phrase: str) -> "Turn":
    """What the model is asked, as it was published; `images` stand for the screen."""
    from handeye.grounding.phi4.prompt import Turn

    return Turn("user", (*images, "\n", QUESTION.replace("{phrase}", phrase)))


class Phi4Grounder:
    """A Grounder that asks a loaded model, without a thought; it may share the model with others.

    `confidence` is that of `BoxGrammar.confidence`. Whatever is asked for, the model names a
    place: it has no way to say that something is not there. `resolution` is how it is shown the
    screen, see `screen_images`. Raises BackendError for a checkpoint without a tokenizer, or with
    one that cannot write a box; UsageError for a resolution that the model cannot use.
    """

    def __init__(self, model: "Phi4", name: str = "phi4", resolution: str = "naflex") -> None:
        from handeye.grounding.phi4.box import BoxGrammar
        from handeye.grounding.phi4.resolution import check_resolution

        check_resolution(model.config, resolution)
        self.name = name
        self._resolution = resolution
        self._model = model
        chat = model.chat_tokenizer
        end = chat.id_of("<|im_end|>")
        self._grammar = BoxGrammar(chat.tokenizer, model.config.vocab_size, end)

    def ground(self, observation: Observation, phrase: str) -> Grounding:
        """Found; missing where the phrase or the screen is no prompt that fits the model."""
        begun = time.perf_counter()
        try:
            decoded = self._model.answer(
                self._prompt(observation, phrase),
                max_new_tokens=MOST_TOKENS,
                constraint=self._grammar.constraint(),
            )
        except UsageError as error:  # what the user can change is data in a run
            return Grounding(phrase=phrase, status="missing", reason=str(error))
        return self._found(observation, phrase, decoded, time.perf_counter() - begun)

    def ground_together(self, questions: Sequence[tuple[Observation, str]]) -> list[Grounding]:
        """The answers of `ground` to (screen, phrase), decoded together; one by one where one of
        them does not fit the model."""
        begun = time.perf_counter()
        try:
            several = self._model.answer_together(
                [self._prompt(screen, phrase) for screen, phrase in questions],
                max_new_tokens=MOST_TOKENS,
                constraints=[self._grammar.constraint() for _ in questions],
            )
        except UsageError:
            return [self.ground(screen, phrase) for screen, phrase in questions]
        seconds = (time.perf_counter() - begun) / len(questions)
        return [
            self._found(screen, phrase, decoded, seconds)
            for (screen, phrase), decoded in zip(questions, several, strict=True)
        ]

    def _prompt(self, observation: Observation, phrase: str) -> "Prompt":
        from handeye.grounding.phi4.prompt import render
        from handeye.grounding.phi4.resolution import screen_images

        image = observation.screenshot.image
        images = screen_images(image, self._model.config, self._resolution)
        return render([question(images, phrase)], "nothink", self._model.chat_tokenizer)

    def _found(
        self, observation: Observation, phrase: str, decoded: "Decoded", seconds: float
    ) -> Grounding:
        space = observation.screenshot.space
        raw = self._model.chat_tokenizer.decode(decoded.ids)
        x1, y1, x2, y2 = json.loads(raw)
        box = box_from_relative(Box(x1=x1, y1=y1, x2=x2, y2=y2), space.size)
        confidence = self._grammar.confidence(decoded.ids, decoded.probabilities)
        usage = Usage(
            prompt_tokens=decoded.prompt_tokens,
            cached_tokens=decoded.cached_tokens,
            completion_tokens=len(decoded.ids),
        )
        call = ModelCall(purpose="ground", model=self.name, text=raw, usage=usage, seconds=seconds)
        return Grounding(
            phrase=phrase,
            status="found",
            point=space.clamp(box.center),
            box=box,
            confidence=confidence,
            alternatives=(Candidate(box=box, score=confidence),),
            raw=raw,
            calls=(call,),
        )


def phi4_grounder(
    path: str,
    dtype: Literal["bf16", "fp16", "fp32"] = "bf16",
    device: str = "auto",
    load: Literal["full", "8bit", "4bit"] = "full",
    resolution: str = "naflex",
) -> Phi4Grounder:
    """The grounder "phi4:PATH" of a checkpoint; arguments and errors are those of
    `handeye.grounding.phi4.load` and of `Phi4Grounder`."""
    model = load_phi4(path, dtype=dtype, device=device, load=load)
    return Phi4Grounder(model, f"phi4:{path}", resolution)
