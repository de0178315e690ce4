"""What the model is worth: an icon found by a phrase among others of its set, by name and function.

Works on the weights as they ship, through the functions that a parser calls.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from handeye.grounding.elements.icons.model import Model
from handeye.grounding.elements.train.catalogue import Icon, Said, plain
from handeye.grounding.elements.train.functions import FUNCTIONS

OTHERS = 19


class Found(NamedTuple):
    """Shares of phrases whose icon came first among OTHERS of its set."""

    by_name: float
    by_function: float
    phrases: int  # how many by function


def measure(
    model: Model,
    vectors: NDArray[np.float32],
    icons: Sequence[Icon],
    said: Sequence[Said],
    seed: int,
) -> Found:
    """`vectors` are of `icons`, one each, all of one set; `said` with what counts as right too."""
    rng = np.random.default_rng(seed)
    keys = [" ".join(sorted(icon.name.split())) for icon in icons]
    names = [
        _first(model, vectors, keys, said, at, icons[at].name, rng) for at in range(len(icons))
    ]
    by_function: list[bool] = []
    for phrases, drawings in FUNCTIONS:
        wanted = {" ".join(sorted(plain(name).split())) for name in drawings}
        fitting = [at for at, key in enumerate(keys) if key in wanted]
        for at in fitting[:4]:
            by_function += [_first(model, vectors, keys, said, at, each, rng) for each in phrases]
    return Found(float(np.mean(names)), float(np.mean(by_function or [False])), len(by_function))


def _first(
    model: Model,
    vectors: NDArray[np.float32],
    keys: Sequence[str],
    said: Sequence[Said],
    at: int,
    phrase: str,
    rng: np.random.Generator,
) -> bool:
    """Whether icon `at` is the likest to `phrase` among others that are not called so as well."""
    others: list[int] = []
    for other in rng.permutation(len(keys))[: 4 * OTHERS]:
        if keys[other] != keys[at] and phrase not in said[other] and len(others) < OTHERS:
            others.append(int(other))
    fits = model.likeness(vectors[[at, *others]], phrase)
    return bool(fits[0] > fits[1:].max())
