"""Pictures to ask models about."""

import pytest
from PIL import Image, ImageDraw

from handeye.envs import Observation
from handeye.grounding.images import encode_screenshot


@pytest.fixture
def screen() -> Observation:
    """1280×720, white, with a red box from (100, 200) to (180, 240)."""
    image = Image.new("RGB", (1280, 720), "white")
    ImageDraw.Draw(image).rectangle((100, 200, 180, 240), fill="red")
    return Observation(screenshot=encode_screenshot(image))
