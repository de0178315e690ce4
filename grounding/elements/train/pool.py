"""Prepared pictures to train with: rounds of every icon drawn anew, and of what is no icon.

A round depends on its number and the masks alone, so that it can be made by any number of
processes and kept in the cache.
"""

import hashlib
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from handeye.grounding.elements.icons.prepare import prepare
from handeye.grounding.elements.train.draw import icon
from handeye.grounding.elements.train.nothing import built_in, fonts, nothing
from handeye.grounding.elements.train.sets import Sources

_CHUNK = 512
VERSION = 1  # of how pictures are drawn: another number makes them anew

Pictures = NDArray[np.uint8]


def icon_round(number: int, masks: Pictures, cache: Path, workers: int = 2) -> Pictures:
    """Each mask drawn once, in the way of this round."""
    name = f"icons-{_digest(masks)}-{VERSION}-{number}"
    chunks = [(start, masks[start : start + _CHUNK]) for start in range(0, len(masks), _CHUNK)]
    return _kept(cache / f"{name}.npy", partial(_icons, number), chunks, workers)


def nothing_round(
    number: int, count: int, said: Sequence[str], sources: Sources, workers: int = 2
) -> Pictures:
    """`count` pictures of no icon."""
    name = f"nothing-{count}-{len(sources.fonts)}-{VERSION}-{number}"
    chunks = [(start, min(_CHUNK, count - start)) for start in range(0, count, _CHUNK)]
    make = partial(_nothings, number, said, sources)
    return _kept(sources.cache / f"{name}.npy", make, chunks, workers)


def _kept(
    stored: Path, make: "partial[Pictures]", chunks: Sequence[object], workers: int
) -> Pictures:
    if not stored.is_file():
        with ProcessPoolExecutor(workers) as pool:
            made = np.concatenate(list(pool.map(make, chunks)))
        cache = stored.with_suffix(".part.npy")
        np.save(cache, made)
        cache.rename(stored)
    found: Pictures = np.load(stored, mmap_mode="r")
    return found


def _icons(number: int, chunk: tuple[int, Pictures]) -> Pictures:
    start, masks = chunk
    rng = np.random.default_rng((number, 1, start))
    return np.stack([prepare(icon(mask, rng)) for mask in masks])


def _nothings(
    number: int, said: Sequence[str], sources: Sources, chunk: tuple[int, int]
) -> Pictures:
    start, count = chunk
    rng = np.random.default_rng((number, 2, start))
    letters = [font for package in sources.fonts for font in fonts(sources.files(package))]
    return np.stack([prepare(nothing(rng, letters or built_in(), said)) for _ in range(count)])


def _digest(masks: Pictures) -> str:
    return hashlib.sha256(masks.tobytes()).hexdigest()[:12]
