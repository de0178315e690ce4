"""What lies in a frame, found for all at once, is what each box by itself says."""

import random

from handeye.actions import Box
from handeye.grounding.elements.pixels.inside import Middles


def test_it_agrees_with_each_box() -> None:
    rng = random.Random(3)
    corners = [(rng.randrange(40), rng.randrange(40)) for _ in range(200)]
    boxes = [Box(x1=x, y1=y, x2=x + rng.randrange(9), y2=y + rng.randrange(9)) for x, y in corners]
    middles = Middles(boxes)
    for frame in boxes[:40]:
        assert middles.within(frame) == [
            n for n, box in enumerate(boxes) if frame.contains(box.center)
        ]
    assert Middles([]).within(boxes[0]) == []
