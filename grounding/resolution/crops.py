"""Squares that cover a screen, and the bands of pan-and-scan, in screenshot pixels.

Prevents: seams (a crop ends where the next begins, or they overlap), and a budget overdrawn by
screens of unusual proportions.
"""

import math
from itertools import product

from handeye.actions import Box, Size

# The settings that Gemma 3 was published with.
PAN_RATIO = 1.2
PAN_SHORTEST = 256
PAN_MOST = 4


def squares(screen: Size, side: int, most: int) -> list[Box]:
    """At most `most` squares of `side` pixels over a resized screen, row by row.

    The screen keeps its own size if that many squares cover it, and is made smaller if not; it is
    enlarged where it is narrower than a square. Only where both cannot be had (a banner of
    2000×10) are its proportions given up.
    """
    largest = max(
        min(side * columns / screen.width, side * (most // columns) / screen.height)
        for columns in range(1, most + 1)
    )
    filling = side / min(screen.width, screen.height)
    scale = min(max(1.0, filling), largest)
    return [
        Box(x1=left, y1=top, x2=right, y2=bottom)
        for (top, bottom), (left, right) in product(
            _spans(screen.height, scale, side), _spans(screen.width, scale, side)
        )
    ]


def _spans(length: int, scale: float, side: int) -> list[tuple[float, float]]:
    """The fewest spans of `side` that cover `length` times `scale`, evenly spread from end to
    end, scaled back."""
    resized = max(side, round(length * scale))
    count = math.ceil(resized / side)
    starts = [round((resized - side) * step / max(1, count - 1)) for step in range(count)]
    return [(start * length / resized, (start + side) * length / resized) for start in starts]


def bands(screen: Size, most: int) -> list[Box]:
    """Up to `most` bands across the longer side; none if the screen is nearly square or small.

    The rule of Gemma 3 (Gemma Team 2025, "pan and scan").
    """
    long, short = max(screen.width, screen.height), min(screen.width, screen.height)
    wanted = min(math.floor(long / short + 0.5), long // PAN_SHORTEST)
    count = min(max(2, wanted), most, PAN_MOST)
    if long / short < PAN_RATIO or count < 2:
        return []
    band = math.ceil(long / count)
    if min(band, short) < PAN_SHORTEST:
        return []
    spans = [(start, min(start + band, long)) for start in range(0, long, band)]
    if screen.width >= screen.height:
        return [Box(x1=start, y1=0, x2=stop, y2=short) for start, stop in spans]
    return [Box(x1=0, y1=start, x2=short, y2=stop) for start, stop in spans]
