"""How sure a score is: Wilson's interval for one run, the paired bootstrap for two.

Prevents: two runs called different, or the same, on too few items to tell.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

_Z = 1.959963984540054  # the 97.5 % point of the normal distribution


class Interval(NamedTuple):
    """95 % of the confidence lies from `low` to `high`."""

    low: float
    high: float


def wilson(right: int, total: int) -> Interval:
    """The 95 % interval of a share (Wilson 1927); (0, 1) where nothing was counted."""
    if total == 0:
        return Interval(0.0, 1.0)
    share, extra = right / total, _Z**2 / total
    middle = (share + extra / 2) / (1 + extra)
    half = _Z * math.sqrt(share * (1 - share) / total + extra / (4 * total)) / (1 + extra)
    # At the ends the exact bound is the share itself, which rounding would miss.
    low = 0.0 if right == 0 else middle - half
    high = 1.0 if right == total else middle + half
    return Interval(low, high)


class Difference(NamedTuple):
    """`gain` of the second run over the first in share of right answers, on `items` of both."""

    gain: float
    interval: Interval
    items: int


def paired_bootstrap(
    first: Sequence[bool], second: Sequence[bool], *, draws: int = 10_000, seed: int = 0
) -> Difference:
    """How much more the second run gets right of the same items, with a 95 % percentile interval
    over `draws` samples of the items with replacement (Efron 1979).

    Item i of both is the same question. Raises ValueError for different lengths or none.
    """
    import numpy as np

    if len(first) != len(second) or not first:
        raise ValueError("a paired bootstrap needs the same items in both runs, and at least one")
    gains = np.asarray(second, dtype=int) - np.asarray(first, dtype=int)
    # The mean of a sample depends only on how many +1 and -1 it has: drawn at once, any size.
    shares = [np.mean(gains == 1), np.mean(gains == -1)]
    drawn = np.random.default_rng(seed).multinomial(
        len(gains), [*shares, max(0.0, 1.0 - sum(shares))], size=draws
    )
    means = (drawn[:, 0] - drawn[:, 1]) / len(gains)
    low, high = np.quantile(means, (0.025, 0.975))
    return Difference(float(np.mean(gains)), Interval(float(low), float(high)), len(gains))
