"""Pictures of screens drawn with Pillow and its own TrueType font."""

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from handeye.actions import ScreenSpace, Size
from handeye.envs import Screenshot


def draw_form(dark: bool = False) -> Image.Image:
    """A form of 1000×600: labels, two fields, a search field with a placeholder, two buttons."""
    back, ink, line = ("#1b1b1f", "#e8e8e8", "#888") if dark else ("white", "#111", "#777")
    image = Image.new("RGB", (1000, 600), back)
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(size=18)
    draw.text((100, 60), "Account settings", fill=ink, font=ImageFont.load_default(size=28))
    draw.text((100, 140), "Email address", fill=ink, font=font)
    draw.rectangle((300, 132, 600, 168), outline=line)
    draw.text((100, 200), "Nickname", fill=ink, font=font)
    draw.rounded_rectangle((100, 232, 400, 268), radius=6, outline=line)
    draw.rectangle((700, 52, 950, 88), outline=line)
    draw.text((712, 60), "Search", fill="#888", font=font)
    draw.rectangle((100, 400, 220, 440), outline=line)
    draw.text((138, 409), "Save", fill=ink, font=font)
    draw.text((300, 409), "Cancel   Delete", fill=ink, font=font)
    return image


def shot_of(image: Image.Image) -> Screenshot:
    packed = BytesIO()
    image.save(packed, "PNG")
    space = ScreenSpace(size=Size(width=image.width, height=image.height))
    return Screenshot(data=packed.getvalue(), space=space)


@pytest.fixture
def form() -> Image.Image:
    return draw_form()


@pytest.fixture(params=["light", "dark"])
def form_shot(request: pytest.FixtureRequest) -> Screenshot:
    return shot_of(draw_form(dark=request.param == "dark"))


@pytest.fixture
def form_file(tmp_path: Path, form: Image.Image) -> Path:
    path = tmp_path / "form.png"
    form.save(path)
    return path
