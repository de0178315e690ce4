"""Grounding by a model that is talked to: ask where a phrase is, read the answer, map it to pixels.

Prevents: runs that end because a model answered nonsense. One repair turn, and then it is data.
"""

from collections.abc import Sequence
from typing import Literal

from handeye.actions.errors import UsageError
from handeye.envs import Observation, Screenshot
from handeye.grounding.calls import ModelCall
from handeye.grounding.chat.answers import Place, locate, read_answer
from handeye.grounding.chat.backends import ModelOptions, make_model
from handeye.grounding.chat.limit import ask
from handeye.grounding.chat.profiles import Profile, profile_for
from handeye.grounding.chat.types import ChatModel, Message, Reply
from handeye.grounding.types import Candidate, Grounding

MAX_TOKENS = 4096  # room for a thought; a bare answer is 30 tokens


class ChatGrounder:
    """A Grounder that asks `model` in the conventions of `profile`.

    Raises UsageError for a profile without eyes. Of a model's answer the confidence is not known,
    and given as 0.
    """

    def __init__(self, model: ChatModel, profile: Profile) -> None:
        if not profile.eyes:
            raise UsageError(
                f"{model.name} cannot see pictures (profile {profile.name!r}).",
                "Use --grounder elements, or name another profile with --profile.",
            )
        self.name = model.name
        self._model = model
        self._profile = profile

    def ground(self, observation: Observation, phrase: str) -> Grounding:
        """Found, missing, or ambiguous where the model names several places.

        An answer that is of no use, also after the model was told why, is missing with the
        reason. Raises BackendError when the model does not answer.
        """
        screenshot = observation.screenshot
        messages = question(self._profile, screenshot, phrase)
        reply = ask(self._model, messages, max_tokens=MAX_TOKENS)
        places, problem = self._read(reply, screenshot)
        calls = [reply.call("ground", self.name, problem)]
        if problem:
            again = [*messages, Message("assistant", (reply.text,)), self._complaint(problem)]
            reply = ask(self._model, again, max_tokens=MAX_TOKENS)
            places, problem = self._read(reply, screenshot)
            calls.append(reply.call("repair", self.name, problem))
        return _grounding(phrase, places, problem, reply.text, calls)

    def _read(self, reply: Reply, screenshot: Screenshot) -> tuple[list[Place], str]:
        """The places that a reply names, or what is wrong with it."""
        if reply.finish == "length":
            return [], f"the answer was cut off after {MAX_TOKENS} tokens"
        answer = read_answer(reply.text, self._profile.axes)
        size = screenshot.space.size
        places = [locate(numbers, self._profile, size) for numbers in answer.places]
        problem = answer.problem or next((place.problem for place in places if place.problem), "")
        return ([], problem) if problem else (places, "")

    def _complaint(self, problem: str) -> Message:
        text = f"That cannot be used: {problem}. Answer in this form only: {self._profile.form}"
        return Message("user", (text,))


def question(profile: Profile, screenshot: Screenshot, phrase: str) -> list[Message]:
    """What a model of this family is asked, to find `phrase` on `screenshot`."""
    shown = profile.shown(screenshot)
    text = profile.ground
    for name, value in (
        ("{width}", str(shown.space.size.width)),
        ("{height}", str(shown.space.size.height)),
        ("{phrase}", phrase),  # last: a phrase is not searched for the names
    ):
        text = text.replace(name, value)
    parts = (shown, text) if profile.order == "picture-text" else (text, shown)
    system = [Message("system", (profile.system,))] if profile.system else []
    return [*system, Message("user", parts)]


def _grounding(
    phrase: str, places: Sequence[Place], problem: str, raw: str, calls: Sequence[ModelCall]
) -> Grounding:
    status: Literal["found", "ambiguous", "missing"] = "missing"
    reason = "the model says that it is not there"
    if problem:
        reason = f"the model's answer cannot be used: {problem}"
    elif len(places) > 1:
        status, reason = "ambiguous", f"the model names {len(places)} places"
    elif places:
        status, reason = "found", ""
    only = places[0] if status == "found" else Place()
    areas = [place.area for place in places if place.area] if status == "ambiguous" else []
    return Grounding(
        phrase=phrase,
        status=status,
        point=only.point,
        box=only.box,
        alternatives=tuple(Candidate(box=area, score=0.0) for area in areas),
        reason=reason,
        raw=raw,
        calls=tuple(calls),
    )


def chat_grounder(spec: str, options: ModelOptions = ModelOptions()) -> ChatGrounder:  # noqa: B008
    """The grounder that asks the model which `spec` names, as `make_model` reads it."""
    model = make_model(spec, options)
    return ChatGrounder(model, profile_for(model.name, options.profile))
