"""Conversations as the token ids of the published chat template.

Prevents: text of a page that is taken for a special token or an image, and a system message that
the template drops in silence.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import takewhile
from typing import Literal

from PIL import Image
from transformers.utils.chat_template_utils import render_jinja_template

from handeye.actions.errors import UsageError
from handeye.grounding.phi4 import IMAGE
from handeye.grounding.phi4.config import Phi4Config
from handeye.grounding.phi4.patches import grid_of
from handeye.grounding.phi4.tokens import NOTHINK, THINK, ChatTokenizer, Marker

Mode = Literal["hybrid", "think", "nothink"]
"""hybrid: the model decides whether it thinks before it answers."""

OPENINGS: dict[Mode, str] = {"hybrid": "", "think": THINK, "nothink": NOTHINK}

Part = str | Image.Image


@dataclass(frozen=True)
class Turn:
    """One turn of a conversation: texts and images in the order in which they are read."""

    role: Literal["system", "user", "assistant"]
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Prompt:
    """Token ids with IMAGE (−200) where an image goes; the k-th stands for the k-th image."""

    ids: tuple[int, ...]
    images: tuple[Image.Image, ...] = ()


def render(turns: Sequence[Turn], mode: Mode, tokenizer: ChatTokenizer) -> Prompt:
    """The prompt for the next turn of the assistant, exactly as the published template writes it
    and the published code tokenises it: what lies before, between and after images apart.

    What callers write never becomes a special token or an image. The template has no place for
    system turns (its own is fixed): their parts come into the first user turn, behind the images
    that it begins with, a blank line after each. Raises UsageError when the last turn is not the
    user's.
    """
    turns = _without_system(turns)
    if not turns or turns[-1].role != "user":
        raise UsageError("The conversation ends without a question.", "End it with a user's turn.")
    pieces: list[Marker | Part] = []
    for place, text in enumerate(_template(tuple(turn.role for turn in turns))):
        pieces += [*turns[place - 1].parts] if place else []
        pieces += tokenizer.split(text)
    pieces += [Marker(OPENINGS[mode])] if OPENINGS[mode] else []
    ids: list[int] = []
    run: list[Marker | str] = []
    for piece in pieces:
        if isinstance(piece, Image.Image):
            ids += [*tokenizer.encode(run), IMAGE]
            run = []
        elif isinstance(piece, str) and run and isinstance(run[-1], str):
            run[-1] += piece  # as tokens may span the two
        else:
            run.append(piece)
    ids += tokenizer.encode(run)
    return Prompt(tuple(ids), tuple(part for part in pieces if isinstance(part, Image.Image)))


def _without_system(turns: Sequence[Turn]) -> list[Turn]:
    system = [part for turn in turns if turn.role == "system" for part in (*turn.parts, "\n\n")]
    others = [turn for turn in turns if turn.role != "system"]
    first = next((place for place, turn in enumerate(others) if turn.role == "user"), None)
    if first is not None and system:
        parts = others[first].parts
        images = tuple(takewhile(lambda part: isinstance(part, Image.Image), parts))
        # Images stay in front: what is kept of a screen is of use to every question on it.
        before = (*images, "\n") if images else ()
        others[first] = Turn("user", (*before, *system, *parts[len(images) :]))
    return others


@cache
def _template(roles: tuple[str, ...]) -> list[str]:
    """What the template writes before, between and after turns of these roles.

    Turns are rendered as a character that stands nowhere else, so that nothing in them is read by
    the template engine.
    """
    template = files(__package__).joinpath("published", "chat_template.jinja").read_text("utf-8")
    chat = [{"role": role, "content": "\0"} for role in roles]
    rendered, _ = render_jinja_template([chat], chat_template=template, add_generation_prompt=True)
    return str(rendered[0]).split("\0")


def widths(prompt: Prompt, config: Phi4Config, answer: int) -> list[int]:
    """How many positions each id of the prompt takes: one, and for an image one per patch.

    Raises ImageError; UsageError for a prompt that does not fit the images or the model, or that
    with `answer` positions more is longer than the model.
    """
    marks = prompt.ids.count(IMAGE)
    if marks != len(prompt.images):
        raise UsageError(
            f"The prompt marks {marks} images; {len(prompt.images)} were given.",
            f"Put {IMAGE} once for each image.",
        )
    strange = [t for t in prompt.ids if t != IMAGE and not 0 <= t < config.vocab_size]
    if strange or not prompt.ids:
        raise UsageError(
            f"The id {strange[0]} is no token." if strange else "The prompt is empty.",
            f"Use ids from 0 to {config.vocab_size - 1}, and {IMAGE} for an image.",
        )
    grids = (grid_of(image.width, image.height, config) for image in prompt.images)
    wide = [math.prod(next(grids)) if token == IMAGE else 1 for token in prompt.ids]
    most = config.max_position_embeddings
    if sum(wide) + answer > most:
        wanted = f" and {answer:,} for the answer" if answer else ""
        raise UsageError(
            f"The prompt takes {sum(wide):,} positions{wanted}; the model has {most:,}.",
            "Use fewer or smaller images, less text, or a lower max_new_tokens.",
        )
    return wide
