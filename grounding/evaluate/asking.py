"""Asking one question: a grounder for a place, or a model for one of several options.

Prevents: a benchmark of questions that is scored as if it asked for places, and the other way
round.
"""

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from string import ascii_uppercase

from handeye.actions.errors import UsageError
from handeye.envs import Observation
from handeye.grounding.chat.types import ChatModel, Message
from handeye.grounding.evaluate.detail import Detail, corners_of, unanswered
from handeye.grounding.evaluate.items import ChoiceTarget, Item
from handeye.grounding.evaluate.judge import judge
from handeye.grounding.types import Grounder, Grounding, GroundsTogether

Ask = Callable[[Item, Observation], Detail]
"""Puts the question of an item about its decoded image, and judges the answer.

Raises BackendError when no answer can be had.
"""

CHOICE_QUESTION = "{question}\n{options}\nAnswer with the option's letter from the given choices."
_CHOICE_TOKENS = 2048  # room for a thought; a bare letter is one token
# "B", "B.", "(B)", "**B**", "The answer is B"; an "A" before a word is an article.
_LETTER = re.compile(
    r"(?:^\W*|[(\[*:]\s*|\b(?:is|option|answer)\s+)([A-Z])(?=\W*$|[.):\]*,])", re.MULTILINE
)


@dataclass(frozen=True)
class AskForPlace:
    """Asks a grounder where the instruction's target is."""

    grounder: Grounder

    def __call__(self, item: Item, screen: Observation) -> Detail:
        if isinstance(item.target, ChoiceTarget):
            raise UsageError(
                f"{item.id} is a question with options; {self.grounder.name} finds places.",
                "Name a model with --grounder: phi4:PATH or remote:NAME@URL.",
            )
        begun = time.perf_counter()
        answer = self.grounder.ground(screen, item.instruction)
        return _placed(item, screen, answer, time.perf_counter() - begun)

    def together(self, questions: Sequence[tuple[Item, Observation]]) -> list[Detail]:
        """All answers at once, from a grounder that takes several questions; each is said to have
        taken its share of the time. Raises UsageError for a grounder that does not."""
        if not isinstance(self.grounder, GroundsTogether):
            raise UsageError(f"{self.grounder.name} answers one question at a time.")
        begun = time.perf_counter()
        asked = [(screen, item.instruction) for item, screen in questions]
        answers = self.grounder.ground_together(asked)
        seconds = (time.perf_counter() - begun) / len(questions)
        return [
            _placed(item, screen, answer, seconds)
            for (item, screen), answer in zip(questions, answers, strict=True)
        ]


def _placed(item: Item, screen: Observation, answer: Grounding, seconds: float) -> Detail:
    size = screen.screenshot.space.size
    points = _points(answer)
    detail = unanswered(item).model_copy(
        update={
            "pred": points[0] if points else None,
            "points": points if len(points) > 1 else (),
            "pred_bbox": corners_of(answer.box),
            "absent": not points and answer.status == "missing" and not _unreadable(answer),
            "raw_response": answer.raw,
            "reason": answer.reason,
            "img_size": (size.width, size.height),
            "seconds": round(seconds, 4),
            "calls": answer.calls,
        }
    )
    return detail.model_copy(update={"correctness": judge(detail)})


def _points(answer: Grounding) -> tuple[tuple[float, float], ...]:
    """The point; or all that a model names, in its order. A grounder without a model that finds
    several equal things has said nothing: it would ask back."""
    if answer.point is not None:
        return ((answer.point.x, answer.point.y),)
    if answer.status != "ambiguous" or not answer.calls:
        return ()
    centers = [option.box.center for option in answer.alternatives]
    return tuple((center.x, center.y) for center in centers)


def _unreadable(answer: Grounding) -> bool:
    return bool(answer.calls and answer.calls[-1].problem)


@dataclass(frozen=True)
class AskForChoice:
    """Asks a model which of the options is right, as "A", "B", …"""

    model: ChatModel

    def __call__(self, item: Item, screen: Observation) -> Detail:
        if not isinstance(item.target, ChoiceTarget):
            raise UsageError(f"{item.id} asks for a place, not for one of several options.")
        options = item.target.options
        lines = [f"{ascii_uppercase[number]}. {text}" for number, text in enumerate(options)]
        text = CHOICE_QUESTION.replace("{options}", "\n".join(lines))
        text = text.replace("{question}", item.instruction)
        message = Message("user", (screen.screenshot, text))
        begun = time.perf_counter()
        reply = self.model.complete([message], max_tokens=_CHOICE_TOKENS)
        seconds = time.perf_counter() - begun
        choice = read_choice(reply.text, options)
        problem = "" if choice is not None else "it names no option"
        size = screen.screenshot.space.size
        detail = unanswered(item).model_copy(
            update={
                "choice": choice,
                "raw_response": reply.text,
                "reason": problem,
                "img_size": (size.width, size.height),
                "seconds": round(seconds, 4),
                "calls": (reply.call("ground", self.model.name, problem),),
            }
        )
        return detail.model_copy(update={"correctness": judge(detail)})


def read_choice(text: str, options: tuple[str, ...]) -> int | None:
    """The option that `text` names: by the last letter that stands alone, else by the only option
    whose words occur in it. None where there is no such letter and no single such option."""
    letters = ascii_uppercase[: len(options)]
    named = [letter for letter in _LETTER.findall(text) if letter in letters]
    if named:
        return letters.index(named[-1])
    said = [number for number, option in enumerate(options) if option.casefold() in text.casefold()]
    return said[0] if len(said) == 1 else None
