"""Finds a piece of a recorded picture on another picture, for targets that no element describes.

Normalised cross-correlation by FFT (J. P. Lewis, "Fast Normalized Cross-Correlation", 1995) on
grey pixels. Prevents: a click on a canvas that no longer shows what was clicked.
"""

from typing import TYPE_CHECKING

from handeye.actions import Box, Point
from handeye.envs import Screenshot
from handeye.episodes.replay.refind import Found, Lost, relative_distance

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Grey = NDArray[np.float64]

_SIDES = (64, 192)  # pixels: the second where the first shows nothing but one colour
_FLAT = 3.0  # standard deviation in grey levels below which a piece shows nothing
_SAME = 0.9  # correlation from which two pieces show the same
_IDENTICAL = 0.97  # correlation from which a piece is the same thing under another name
_RIVAL = 0.02  # a second place that is this close to the best is as good
_SAME_GREY = 6.0  # mean difference in grey levels up to which two flat pieces are the same


def find_patch(point: Point, then: Screenshot, now: Screenshot) -> Found | Lost:
    """Find what was around `point` (pixels of `then`) on the screenshot `now`.

    Looks at the same place first, then everywhere; of several that are as good, takes the nearest.
    """
    import numpy as np

    size, old_size = now.space.size, then.space.size
    screen = np.asarray(now.image.convert("L"), dtype=float)
    old = np.asarray(then.image.convert("L").resize((size.width, size.height)), dtype=float)
    x = min(int(point.x * size.width / old_size.width), size.width - 1)
    y = min(int(point.y * size.height / old_size.height), size.height - 1)
    for side in _SIDES:
        box = _around(x, y, side, size.width, size.height)
        piece = _cut(old, box)
        if piece.std() >= _FLAT:
            break
    here = _cut(screen, box)
    lost = Lost(
        looked_for=f"what was at ({point.x:g}, {point.y:g})", reason="the picture there is another"
    )
    if piece.std() < _FLAT:
        same = abs(piece - here).mean() <= _SAME_GREY
        return Found(point=Point(x=x, y=y)) if same else lost
    place = (box[0], box[1]) if _correlation(piece, here) >= _SAME else _search(piece, screen, box)
    if place is None:
        return lost
    moved = Point(x=x + place[0] - box[0], y=y + place[1] - box[1])
    height, width = piece.shape
    return Found(
        point=moved,
        box=Box(x1=place[0], y1=place[1], x2=place[0] + width, y2=place[1] + height),
        shift=relative_distance(point, old_size, moved, size),
    )


def find_crop(box: Box, then: Screenshot, now: Screenshot) -> Box | None:
    """Where what `box` (pixels of `then`) shows is on `now`: None unless at exactly one place."""
    import numpy as np

    screen = np.asarray(now.image.convert("L"), dtype=float)
    old = np.asarray(then.image.convert("L"), dtype=float)
    corners = (max(0, int(box.x1)), max(0, int(box.y1)), int(box.x2), int(box.y2))
    piece = _cut(old, corners)
    if piece.size == 0 or piece.std() < _FLAT or any(
        own > all_ for own, all_ in zip(piece.shape, screen.shape, strict=True)
    ):  # fmt: skip
        return None
    scores = _correlate_everywhere(piece, screen)
    top, left = divmod(int(scores.argmax()), scores.shape[1])
    if scores[top, left] < _IDENTICAL:
        return None
    height, width = piece.shape
    scores[max(0, top - height) : top + height, max(0, left - width) : left + width] = 0.0
    if scores.max() >= _SAME:
        return None
    return Box(x1=left, y1=top, x2=left + width, y2=top + height)


def picture_difference(then: Screenshot, now: Screenshot) -> float:
    """How unlike two screenshots are, 0.0 to 1.0: the part of a coarse grid that changed."""
    import numpy as np

    grid = [
        np.asarray(shot.image.convert("L").reduce(8).resize((64, 36)), dtype=float)
        for shot in (then, now)
    ]
    return float((abs(grid[0] - grid[1]) > _SAME_GREY * 2).mean())


def _around(x: int, y: int, side: int, width: int, height: int) -> tuple[int, int, int, int]:
    """A square around a point, cut at the edges of the screen: left, top, right, bottom."""
    half = side // 2
    return max(0, x - half), max(0, y - half), min(width, x + half), min(height, y + half)


def _cut(grey: "Grey", box: tuple[int, int, int, int]) -> "Grey":
    left, top, right, bottom = box
    return grey[top:bottom, left:right]


def _correlation(first: "Grey", second: "Grey") -> float:
    first, second = first - first.mean(), second - second.mean()
    scale = float((first**2).sum() * (second**2).sum()) ** 0.5
    return float((first * second).sum()) / scale if scale else 0.0


def _search(
    piece: "Grey", screen: "Grey", box: tuple[int, int, int, int]
) -> tuple[int, int] | None:
    """Where the piece is on the screen (left, top), nearest to where it was; None if nowhere."""
    import numpy as np

    scores = _correlate_everywhere(piece, screen)
    best = float(scores.max())
    if best < _SAME:
        return None
    tops, lefts = np.nonzero(scores >= best - _RIVAL)
    nearest = np.hypot(tops - box[1], lefts - box[0]).argmin()
    return int(lefts[nearest]), int(tops[nearest])


def _correlate_everywhere(piece: "Grey", screen: "Grey") -> "Grey":
    """The correlation of the piece with every place where it fits: one value per left-top."""
    import numpy as np

    height, width = piece.shape
    fine = piece - piece.mean()
    shape = screen.shape
    spectrum = np.fft.rfft2(screen) * np.conj(np.fft.rfft2(fine, shape))
    product = np.fft.irfft2(spectrum, shape)[: shape[0] - height + 1, : shape[1] - width + 1]
    sums, squares = (_window_sums(values, height, width) for values in (screen, screen**2))
    variance = np.maximum(squares - sums**2 / piece.size, 0.0)
    scale = np.sqrt(variance * (fine**2).sum())
    flat = variance < _FLAT**2 * piece.size / 4
    scores: Grey = np.where(flat, 0.0, product / np.where(flat, 1.0, scale))
    return scores


def _window_sums(values: "Grey", height: int, width: int) -> "Grey":
    import numpy as np

    table: Grey = np.pad(values.cumsum(0).cumsum(1), ((1, 0), (1, 0)))
    lower = table[height:, width:] - table[height:, :-width]
    upper = table[:-height, width:] - table[:-height, :-width]
    sums: Grey = lower - upper
    return sums
