"""What counts as a change of the screen."""

import io

import pytest
from PIL import Image, ImageDraw

from handeye.actions import Box, ScreenSpace, Size
from handeye.agent.change import changed
from handeye.envs import Element, Observation, Screenshot, Settled

SIZE = Size(width=200, height=100)
BUTTON = Element(role="button", name="A", box=Box(x1=0, y1=0, x2=9, y2=9))


def look(
    drawn: tuple[int, int, int, int] | None = None,
    elements: tuple[Element, ...] | None = (BUTTON,),
    reason: str = "quiet",
    url: str = "",
) -> Observation:
    image = Image.new("RGB", (SIZE.width, SIZE.height), "white")
    if drawn:
        ImageDraw.Draw(image).rectangle(drawn, fill="black")
    data = io.BytesIO()
    image.save(data, "PNG")
    shot = Screenshot(data=data.getvalue(), space=ScreenSpace(size=SIZE))
    settled = Settled.model_validate({"reason": reason, "seconds": 0.1, "frames": 2})
    return Observation(screenshot=shot, elements=elements, settled=settled, url=url)


CARET = (50, 20, 51, 40)
PATCH = (50, 20, 90, 40)


@pytest.mark.parametrize(
    ("before", "after", "differs"),
    [
        (look(), look(), False),
        (look(), look(CARET), False),
        (look(), look(PATCH), True),
        (look(), look(PATCH, reason="animated"), False),
        (look(elements=None), look(PATCH, elements=None, reason="animated"), True),
        (look(), look(elements=(BUTTON.model_copy(update={"checked": True}),)), True),
        (look(), look(url="https://example.com"), True),
    ],
)
def test_a_caret_or_a_spinner_is_no_change(
    before: Observation, after: Observation, differs: bool
) -> None:
    assert changed(before, after) is differs
