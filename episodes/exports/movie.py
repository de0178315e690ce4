"""A recording as pictures that move: GIF, or MP4 and WebM.

Each step shows its screen with the place that was acted on, and below it what was done. Prevents: a
film of which nobody can tell what happened in it.
"""

import itertools
import re
import subprocess
import textwrap
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from handeye.actions import describe, targets
from handeye.actions.errors import UsageError
from handeye.episodes.exports.steps import deeds, frame_of
from handeye.episodes.reader import Episode, status_line

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw

_WIDTH = 960
_BAR = 56
_SECONDS = 1.4
_FPS = 10
_RED, _INK, _PAPER = (220, 30, 60), (20, 20, 24), (248, 248, 250)
_CODECS = {
    ".mp4": ("-c:v", "libx264", "-crf", "25", "-preset", "veryfast"),
    ".webm": (
        "-c:v",
        "libvpx-vp9",
        "-crf",
        "32",
        "-b:v",
        "0",
        "-deadline",
        "realtime",
        "-cpu-used",
        "8",
    ),
}


def write_gif(episode: Episode, out: Path) -> None:
    first, *rest = [picture.quantize(128) for picture in pictures(episode)]
    took = int(_SECONDS * 1000)
    first.save(out, "GIF", save_all=True, append_images=rest, duration=took, loop=0, optimize=True)


def write_movie(episode: Episode, out: Path) -> None:
    """Raises ImportError where imageio-ffmpeg is not installed."""
    from imageio_ffmpeg import get_ffmpeg_exe

    if out.suffix not in _CODECS:
        raise UsageError(f"{out.name} is no film.", f"End its name in {' or '.join(_CODECS)}.")
    shown = pictures(episode)
    first = next(shown)
    width, height = first.size
    raw = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width}x{height}", "-r", str(_FPS)]
    command = [get_ffmpeg_exe(), "-v", "error", "-y", *raw, "-i", "-", "-pix_fmt", "yuv420p"]
    with subprocess.Popen(
        [*command, *_CODECS[out.suffix], str(out)], stdin=subprocess.PIPE, stderr=subprocess.PIPE
    ) as film:
        assert film.stdin is not None
        with suppress(BrokenPipeError):  # it has ended, and says why
            for picture in itertools.chain([first], shown):
                data = picture.resize(first.size).tobytes()
                for _ in range(int(_SECONDS * _FPS)):
                    film.stdin.write(data)
        _, said = film.communicate()
    if film.returncode:
        why = said.decode(errors="replace").strip().partition("\n")[0]
        raise OSError(re.sub(r"^\[.*?\]\s*", "", why).rstrip(".") or "ffmpeg failed")


def pictures(episode: Episode) -> Iterator["Image"]:
    """One picture a step, all of one size, and one for the end.

    Raises UsageError for an episode without pictures.
    """
    found = list(deeds(episode))
    last = next((step.observed for step in reversed(episode.steps) if step.observed), None)
    if last is None:
        raise UsageError(f"{episode.id} has no pictures.", "Export it as html, or do it again.")
    size: tuple[int, int] | None = None
    for number, deed in enumerate(found, 1):
        screen = frame_of(episode, deed.observed).image
        size = size or _size(screen)
        spots = [(spot.point.x, spot.point.y) for spot in targets(deed.action) if spot.point]
        boxes = [
            (each.box.x1, each.box.y1, each.box.x2, each.box.y2)
            for each in deed.intent.elements
            if each
        ]
        yield _picture(
            screen, size, f"{number}/{len(found)}  {describe(deed.action)}", spots, boxes
        )
    if last is not None:
        screen = frame_of(episode, last).image
        yield _picture(screen, size or _size(screen), status_line(episode), [], [])


def _size(screen: "Image") -> tuple[int, int]:
    width = min(_WIDTH, screen.width) // 2 * 2
    return width, round(screen.height * width / screen.width) // 2 * 2


def _picture(
    screen: "Image",
    size: tuple[int, int],
    told: str,
    spots: list[tuple[float, float]],
    boxes: list[tuple[float, float, float, float]],
) -> "Image":
    from PIL import Image, ImageDraw, ImageFont

    scale = size[0] / screen.width
    shown = Image.new("RGB", (size[0], size[1] + _BAR), _PAPER)
    shown.paste(screen.resize(size, Image.Resampling.LANCZOS))
    pen = ImageDraw.Draw(shown)
    for box in boxes:
        x1, y1, x2, y2 = (edge * scale for edge in box)
        pen.rectangle((x1 - 2, y1 - 2, x2 + 2, y2 + 2), outline=_RED, width=2)
    for before, after in itertools.pairwise(spots):
        pen.line([(x * scale, y * scale) for x, y in (before, after)], fill=_RED, width=3)
    for x, y in spots:
        _mark(pen, x * scale, y * scale)
    lines = textwrap.wrap(told, max(20, size[0] // 9))[:2]
    pen.text((12, size[1] + 8), "\n".join(lines), fill=_INK, font=ImageFont.load_default(16))
    return shown


def _mark(pen: "ImageDraw", x: float, y: float) -> None:
    pen.ellipse((x - 11, y - 11, x + 11, y + 11), outline=_RED, width=3)
    pen.ellipse((x - 3, y - 3, x + 3, y + 3), fill=_RED)
