"""From SVG to masks that the pictures for training are drawn with. Kept in the cache."""

import hashlib
import io
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

SIDE = 96
_MARGIN = 6  # so that a mask can be shifted and thickened


def masks(drawings: Sequence[bytes], cache: Path, workers: int = 2) -> NDArray[np.uint8]:
    """One SIDE by SIDE coverage mask for each SVG; empty where it cannot be drawn."""
    name = hashlib.sha256(b"".join(hashlib.sha256(each).digest() for each in drawings)).hexdigest()
    stored = cache / f"masks-{SIDE}-{name[:16]}.npy"
    if stored.is_file():
        found: NDArray[np.uint8] = np.load(stored)
        return found
    with ProcessPoolExecutor(workers) as pool:
        found = np.stack(list(pool.map(_mask, drawings, chunksize=64)))
    cache.mkdir(parents=True, exist_ok=True)
    np.save(stored, found)
    return found


def _mask(svg: bytes) -> NDArray[np.uint8]:
    import resvg_py

    text = svg.decode().replace("currentColor", "#000000")
    inner = SIDE - 2 * _MARGIN
    try:
        data = resvg_py.svg_to_bytes(svg_string=text, width=inner, skip_system_fonts=True)
    except (ValueError, RuntimeError):
        return np.zeros((SIDE, SIDE), np.uint8)
    image = Image.open(io.BytesIO(bytes(data))).convert("RGBA").getchannel("A")
    if max(image.size) > inner:
        image.thumbnail((inner, inner))
    whole = Image.new("L", (SIDE, SIDE))
    whole.paste(image, ((SIDE - image.width) // 2, (SIDE - image.height) // 2))
    return np.asarray(whole)


def drawable(found: NDArray[np.uint8]) -> Iterable[int]:
    """Positions of masks with something on them."""
    return [n for n, mask in enumerate(found) if int((mask > 100).sum()) > 40]
