"""Records over several screens of one recording, as the model's authors describe them.

what_changed: two screens, and what is different. order: some screens in disorder, and their order.
caption: two screens and four actions, one of which led from the first to the second. Answers come
from the recording itself, never from a model. Prevents: labels that nobody could check.
"""

import random
from collections.abc import Iterator, Sequence
from typing import Any

from handeye.actions import describe
from handeye.envs import Element
from handeye.episodes.exports.steps import Deed, deeds, elements_of, frame_of
from handeye.episodes.reader import Episode
from handeye.episodes.replay.refind import identity, label

_LENGTH = 4
_NAMED = 6  # how many things that came or went are named
_LETTERS = "ABCD"
CHANGED = "<image>\n<image>\nThe second screen follows the first. What changed?"
ORDER = "{images}These screens of one task are in disorder. Give their order, first to last."
CAPTION = "<image>\n<image>\nWhich action leads from the first screen to the second?\n{options}"


def sequences(episode: Episode) -> Iterator[dict[str, Any]]:
    """The records; the same episode always gives the same ones."""
    found = list(deeds(episode))
    chance = random.Random(episode.id)
    for at, deed in enumerate(found):
        if deed.after is None or deed.after.frame == deed.observed.frame:
            continue
        yield _row(episode, deed, "what_changed", CHANGED, what_changed(episode, deed))
        yield from _caption(episode, found, at, chance)
    yield from _orders(episode, found, chance)


def what_changed(episode: Episode, deed: Deed) -> str:
    """What is different after a step, from titles, addresses and lists of elements."""
    assert deed.after is not None
    before, after = deed.observed, deed.after
    told = [f"After “{describe(deed.action)}”:"]
    if before.title != after.title:
        told.append(f"the title is “{after.title}” instead of “{before.title}”.")
    old, new = elements_of(episode, before), elements_of(episode, after)
    came, went = _missing(new, old), _missing(old, new)
    changed = _other_values(old, new)
    told += [f"{label(each)} now holds “{each.value}”." for each in changed]
    if came:
        told.append(f"new: {', '.join(came)}.")
    if went:
        told.append(f"gone: {', '.join(went)}.")
    return " ".join(told if len(told) > 1 else [*told, "the picture is another."])


def _missing(these: Sequence[Element], those: Sequence[Element]) -> list[str]:
    known = {identity(each) for each in those}
    names = dict.fromkeys(label(each) for each in these if identity(each) not in known)
    return list(names)[:_NAMED]


def _other_values(old: Sequence[Element], new: Sequence[Element]) -> list[Element]:
    held = {identity(each): each.value for each in old}
    return [each for each in new if held.get(identity(each), each.value) != each.value][:_NAMED]


def _caption(
    episode: Episode, found: Sequence[Deed], at: int, chance: random.Random
) -> Iterator[dict[str, Any]]:
    right = describe(found[at].action)
    others = sorted({describe(deed.action) for deed in found} - {right})
    if len(others) < len(_LETTERS) - 1:
        return
    options = [right, *chance.sample(others, len(_LETTERS) - 1)]
    chance.shuffle(options)
    told = "\n".join(f"{letter}. {text}" for letter, text in zip(_LETTERS, options, strict=True))
    answer = _LETTERS[options.index(right)]
    yield _row(episode, found[at], "caption", CAPTION.format(options=told), answer)


def _orders(
    episode: Episode, found: Sequence[Deed], chance: random.Random
) -> Iterator[dict[str, Any]]:
    looks = list({deed.observed.frame: deed.observed for deed in found}.values())
    for start in range(0, len(looks) - 2, _LENGTH):
        window = looks[start : start + _LENGTH]
        if len(window) < 3:
            continue
        shuffled = window[:]
        while shuffled == window:
            chance.shuffle(shuffled)
        places = [shuffled.index(each) + 1 for each in window]
        yield {
            "kind": "order",
            "images": [_image(episode, each) for each in shuffled],
            "prompt": ORDER.format(images="<image>\n" * len(window)),
            "answer": ", ".join(map(str, places)),
            "episode": episode.id,
            "step": window[0].step,
        }


def _row(episode: Episode, deed: Deed, kind: str, prompt: str, answer: str) -> dict[str, Any]:
    assert deed.after is not None
    return {
        "kind": kind,
        "images": [_image(episode, each) for each in (deed.observed, deed.after)],
        "prompt": prompt,
        "answer": answer,
        "episode": episode.id,
        "step": deed.step.index,
    }


def _image(episode: Episode, observed: Any) -> dict[str, Any]:
    return {"bytes": frame_of(episode, observed).data, "path": None}
