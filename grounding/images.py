"""Picture files as screenshots.

Prevents: a file that is no picture, is cut off, or unpacks to gigabytes ending in a traceback,
and points that miss because a picture was turned or its alpha was dropped.
"""

import io
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from handeye.actions import ScreenSpace, Size
from handeye.actions.errors import ImageError
from handeye.envs import Observation, Screenshot

if TYPE_CHECKING:
    from PIL import Image

MAX_PIXELS = 100_000_000
MAX_BYTES = 300_000_000


def load_screenshot(path: Path) -> Observation:
    """The picture in `path` as a look at a screen: one pixel is one unit, no elements.

    Turned upright as its EXIF data says; of an animation the first frame. The bytes are kept
    when they are a plain RGB PNG or JPEG, else encoded anew as PNG. Raises ImageError.
    """
    return Observation(screenshot=decode_screenshot(_read(path), str(path)))


def decode_screenshot(data: bytes, name: str) -> Screenshot:
    """The picture that `data` encodes, as `load_screenshot` takes it from a file.

    Raises ImageError, which calls the picture `name`.
    """
    image, kept = _decode(data, name)
    if kept is None:
        return encode_screenshot(image)
    space = ScreenSpace(size=Size(width=image.width, height=image.height))
    return Screenshot(data=data, format="jpeg" if kept == "jpeg" else "png", space=space)


def encode_screenshot(image: "Image.Image", space: ScreenSpace | None = None) -> Screenshot:
    """An RGB picture as a PNG screenshot; without a `space` one pixel is one unit."""
    packed = io.BytesIO()
    image.save(packed, "PNG", compress_level=1)
    space = space or ScreenSpace(size=Size(width=image.width, height=image.height))
    return Screenshot(data=packed.getvalue(), space=space)


def _read(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise ImageError(f"{path} is a folder.", "Name a picture file.")
        if path.exists() and not path.is_file():
            raise ImageError(f"{path} is no file.", "Name a picture file.")
        if path.stat().st_size > MAX_BYTES:
            raise ImageError(f"{path} is larger than {MAX_BYTES // 1_000_000} MB.")
        return path.read_bytes()
    except FileNotFoundError as error:
        raise ImageError(f"{path} does not exist.", "Check the path.") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ImageError(f"{path} cannot be read: {reason}.") from error


def _decode(data: bytes, name: str) -> tuple["Image.Image", str | None]:
    """The picture as upright RGB, and the format of `data` when it is that already."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    if not data:
        raise ImageError(f"{name} is empty.", "Name a picture file.")
    try:
        with warnings.catch_warnings():
            # Pillow warns before it refuses; the size is checked here, before anything unpacks.
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data)) as opened:
                width, height = opened.size
                if width * height > MAX_PIXELS:
                    raise ImageError(
                        f"{name} has {width}×{height} pixels; the most is {MAX_PIXELS:,}.",
                        "Scale it down.",
                    )
                opened.load()
                upright = ImageOps.exif_transpose(opened)
                plain = opened.mode == "RGB" and opened.getexif().get(0x0112, 1) == 1
                single = getattr(opened, "n_frames", 1) == 1
                kept = opened.format in ("PNG", "JPEG") and plain and single
                return as_rgb(upright), str(opened.format).lower() if kept else None
    except UnidentifiedImageError as error:
        raise ImageError(f"{name} is no picture.", "Use a PNG or JPEG file.") from error
    except Image.DecompressionBombError as error:
        raise ImageError(f"{name} has too many pixels.", "Scale it down.") from error
    except (OSError, ValueError, SyntaxError, EOFError, ArithmeticError) as error:
        raise ImageError(f"{name} is damaged: {error}.", "Save it again.") from error


def as_rgb(image: "Image.Image") -> "Image.Image":
    """`image` as RGB of 8 bits: deep shades scaled down, what is transparent on white."""
    from PIL import Image

    if image.mode.startswith(("I", "F")):
        # 16 bits a channel: convert() would clip everything above 255 to white.
        high = image.getextrema()[1]
        deep = isinstance(high, int | float) and high > 255
        return (
            image.point(lambda value: value / 256).convert("RGB") if deep else image.convert("RGB")
        )
    if image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info:
        layer = image.convert("RGBA")
        white = Image.new("RGBA", layer.size, "white")
        return Image.alpha_composite(white, layer).convert("RGB")
    return image.convert("RGB")
