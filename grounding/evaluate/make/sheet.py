"""The contact sheet: every screen with its targets numbered, to look through before it is used.

Prevents: a set with boxes beside their elements that nobody has seen.
"""

import base64
import io
from collections.abc import Sequence
from html import escape
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from handeye.grounding.evaluate.make.screens import Screen

_COLORS = {"text": "#0b6e99", "icon": "#d6006e", "field": "#4b7f2c", "check": "#c1440e"}
_WIDTH, _HEIGHT = 1000, 660  # pixels of a picture, at most


def sheet(screens: Sequence["Screen"]) -> str:
    """One HTML page that needs no other file."""
    count = sum(len(screen.chosen) for screen in screens)
    template = files("handeye.grounding.evaluate.make") / "sheet.html"
    return Template(template.read_text(encoding="utf-8")).substitute(
        title=f"{count} items on {len(screens)} screens",
        screens="\n".join(map(_card, screens)),
    )


def _card(screen: "Screen") -> str:
    items = "".join(
        f'<li style="--mark: {_COLORS[each.group]}">{escape(each.phrase)} <i>{each.group}</i></li>'
        for each in screen.chosen
    )
    title = f"{screen.page} · {screen.view.name}"
    return (
        f'<section><h2>{escape(title)}</h2><div><img src="{_picture(screen)}" alt="" '
        f'loading="lazy"><ol>{items}</ol></div></section>'
    )


def _picture(screen: "Screen") -> str:
    from PIL import ImageDraw, ImageFont

    image = screen.seen.screenshot.image
    scale = min(1.0, _WIDTH / image.width, _HEIGHT / image.height)
    small = image.resize((round(image.width * scale), round(image.height * scale)))
    draw, font = ImageDraw.Draw(small), ImageFont.load_default(size=13)
    for number, each in enumerate(screen.chosen, 1):
        box, color = each.element.box, _COLORS[each.group]
        x1, y1, x2, y2 = (edge * scale for edge in (box.x1, box.y1, box.x2, box.y2))
        draw.rectangle((x1 - 2, y1 - 2, x2 + 1, y2 + 1), outline=color, width=2)
        width = draw.textlength(str(number), font=font) + 6
        plate = (x1 - 2, max(0.0, y1 - 17), x1 - 2 + width, max(15.0, y1 - 2))
        draw.rectangle(plate, fill=color)
        draw.text((plate[0] + 3, plate[1]), str(number), fill="white", font=font)
    packed = io.BytesIO()
    small.save(packed, "JPEG", quality=80)
    return f"data:image/jpeg;base64,{base64.b64encode(packed.getvalue()).decode()}"
