"""Whether what lies under a point is still what was looked at, asked just before it is pressed.

Two questions: does the page still have the same thing there, now that the pointer is over it; and
where it has nothing to say, or some time has passed, do the pixels around it agree.
Prevents: a click on what slid under the pointer after it was decided.
"""

import time
from typing import TYPE_CHECKING

from handeye.actions import Action, Box, Point, targets
from handeye.envs.browser.camera import Camera
from handeye.envs.refused import Refused
from handeye.envs.types import ActionErrorKind, Screenshot

if TYPE_CHECKING:
    from playwright.sync_api import Page

_PRESSING = frozenset(
    {"click", "type", "drag", "mouse_down", "select_option", "upload", "download"}
)
_OVER = frozenset({"click", "type", "drag", "mouse_down"})
_OLD_SECONDS = 0.5
_REACH = 12.0  # pixels around the point
_DIFFERENT = 48  # of 255: more than an antialiased edge that moved by part of a pixel
_SHARE = 0.35  # so much of the patch may differ: what lights up under the pointer, a caret
_STILL = "(w => w && w.still ? w.still(%f, %f) : null)(window.__handeye_watch__)"


def check(
    page: "Page", camera: Camera, seen: Screenshot | None, when: float, action: Action
) -> None:
    """Raises Refused when the first thing that the action presses is not there any more.

    `seen` is the last look, at the time `when`. Pixels are compared where the page lists nothing
    at the point, and where the look is some time ago.
    """
    while action.kind == "batch":
        action = action.actions[0]
    if action.kind not in _PRESSING or not targets(action) or seen is None:
        return
    point = targets(action)[0].point
    assert point is not None
    old = time.monotonic() - when > _OLD_SECONDS
    same = not old or _same_pixels(camera, seen, point)  # before the pointer lights it up
    spot = camera.space.to_input(point)
    if action.kind in _OVER:
        page.mouse.move(spot.x, spot.y)
    still = camera.ask_page(_STILL % (spot.x, spot.y))
    if still is False:
        raise Refused(ActionErrorKind.CHANGED, "Something else lies there than before.")
    if not same or (still is None and not old and not _same_pixels(camera, seen, point)):
        raise Refused(ActionErrorKind.CHANGED, "What lies there looks different from before.")


def _same_pixels(camera: Camera, seen: Screenshot, point: Point) -> bool:
    import numpy as np

    size = seen.space.size
    whole = Box(x1=0, y1=0, x2=size.width, y2=size.height)
    left, top = int(point.x), int(point.y)
    around = Box(x1=left - _REACH, y1=top - _REACH, x2=left + _REACH, y2=top + _REACH)
    patch = around.intersection(whole)
    if patch is None or camera.space.size != size:
        return True
    now = camera.closer(patch, 1.0).image
    corners = (int(patch.x1), int(patch.y1), int(patch.x2), int(patch.y2))
    before = seen.image.crop(corners)
    if now.size != before.size:
        return True
    difference = np.abs(np.asarray(now, dtype=np.int16) - np.asarray(before, dtype=np.int16))
    return bool((difference.max(axis=2) > _DIFFERENT).mean() <= _SHARE)
