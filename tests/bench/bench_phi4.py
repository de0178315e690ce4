"""Screens made into patches: handeye's `to_patches` against transformers' own processor, taking
turns, with the same values; and Pillow's resize alone, which is the limit.

`python -m tests.bench.bench_phi4 [TIMES]` (default 30). Needs the extra phi4; one thread.
"""

import sys
import time
from collections.abc import Callable
from importlib.util import find_spec
from statistics import median
from typing import Any

from tests.bench.figures import err, table

SCREENS = [(1280, 720), (1920, 1080), (2560, 1440), (3840, 2160)]
MOST = 3600


def seconds(way: Callable[[], Any]) -> float:
    started = time.perf_counter()
    way()
    return time.perf_counter() - started


def compare(width: int, height: int, times: int) -> list[str]:
    """One row: median milliseconds of each way, and how often ours fits into transformers'."""
    import numpy as np
    from PIL import Image
    from transformers.models.siglip2.image_processing_pil_siglip2 import Siglip2ImageProcessorPil

    from handeye.grounding.phi4.config import Phi4Config
    from handeye.grounding.phi4.patches import to_patches

    sizes = dict.fromkeys(("vocab_size", "hidden_size", "intermediate_size"), 1)
    counts = ("num_hidden_layers", "num_attention_heads", "num_key_value_heads")
    config = Phi4Config(
        **sizes, **dict.fromkeys(counts, 1), model_type="phi4-siglip", max_num_patches=MOST,
        max_position_embeddings=1, rms_norm_eps=1e-5, rope_theta=1.0,
    )  # fmt: skip
    noise = np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)
    image = Image.fromarray(noise)
    patches, grid = to_patches(image, config)
    theirs = Siglip2ImageProcessorPil(patch_size=16)
    size = (grid.columns * 16, grid.rows * 16)
    ways: dict[str, Callable[[], Any]] = {
        "transformers": lambda: theirs(image, max_num_patches=MOST, return_tensors="pt"),
        "handeye": lambda: to_patches(image, config),
        "resize": lambda: image.resize(size, Image.Resampling.BILINEAR),
    }
    wanted = ways["transformers"]()["pixel_values"][0][: len(patches)]
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(times):
        for name, way in ways.items():
            taken[name].append(seconds(way))
    middle = {name: 1000 * median(values) for name, values in taken.items()}
    difference = (patches - wanted).abs().max().item()
    return [
        f"{width}×{height}", *(f"{value:.1f}" for value in middle.values()),
        f"{middle['transformers'] / middle['handeye']:.1f}", f"{difference:.0e}",
    ]  # fmt: skip


def main() -> None:
    if missing := [name for name in ("torch", "transformers") if find_spec(name) is None]:
        err.print(f"Skipped: {' and '.join(missing)} not installed (handeye\\[phi4]).")
        return
    import torch

    torch.set_num_threads(1)
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 30
    rows = []
    for width, height in SCREENS:
        with err.status(f"{width}×{height}"):
            rows.append(compare(width, height, times))
    columns = ("screen", "transformers ms", "handeye ms", "resize ms", "times faster", "difference")
    table(f"Screens as patches, medians of {times}", columns, rows)


if __name__ == "__main__":
    main()
