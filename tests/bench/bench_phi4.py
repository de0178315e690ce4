"""Phi-4: screens made into patches, and groundings against the published code. The ways take turns.

`python -m tests.bench.bench_phi4 [TIMES] [ROUNDS]` (default 30 and 3; 0 leaves a part out). Needs
the extra phi4; CPU, one thread.

1. `to_patches` against transformers' own processor, with the same values; and Pillow's resize
   alone, which is the limit.
2. Groundings on a checkpoint of random weights (tests/bench/phi4_checkpoint.py): one on a screen of
   960×540, and ten on one of 1280×720, target: 5 times faster. Seconds are those of the processor,
   so that other work on the machine does not count. The published code runs where
   HANDEYE_PHI4_PUBLISHED names its folder and HANDEYE_PHI4_PUBLISHED_PYTHON a Python with
   transformers 4.57.1; without it, a naive way of ours stands for it.
"""

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import Any

from tests.bench.figures import err, table
from tests.bench.peers import Peer, running
from tests.bench.phi4_checkpoint import MIDDLE, write

SCREENS = [(1280, 720), (1920, 1080), (2560, 1440), (3840, 2160)]
MOST = 3600
PEERS = Path(__file__).parent / "peers"
ANSWER = 25  # tokens of a box with three decimals, and a few
WAYS = {
    "box": "handeye",
    "free": "handeye, no grammar",
    "naive": "naive (padded, all anew)",
    "published": "published code",
}
PHRASES = [
    "the Save button", "search field", "close this dialog", "the third row of the table",
    "User name", "zoom in", "the link to the documentation", "delete the second picture",
    "open the menu of the profile", "checkbox for the newsletter",
]  # fmt: skip


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


def prepare(
    folder: Path, checkpoint: Path, size: tuple[int, int], screens: int, answer: int = ANSWER
) -> Path:
    """A folder of screens of that size, all different, and the questions as phrases and as ids;
    `answer` is how many tokens are decoded without a grammar."""
    import numpy as np
    from PIL import Image

    from handeye.grounding.phi4.checkpoint import checkpoint_folder
    from handeye.grounding.phi4.config import read_config
    from handeye.grounding.phi4.grounder import question
    from handeye.grounding.phi4.prompt import render
    from handeye.grounding.phi4.tokens import read_tokenizer

    chat = read_tokenizer(checkpoint_folder(checkpoint), read_config(checkpoint))
    assert chat is not None
    folder.mkdir()
    for number in range(screens):
        coarse = np.random.default_rng(number).integers(0, 256, (9, 16, 3), dtype=np.uint8)
        image = Image.fromarray(coarse).resize(size, Image.Resampling.NEAREST)
        image.save(folder / f"{number:03}.png")
    ids = [render([question([image], phrase)], "nothink", chat).ids for phrase in PHRASES]
    told = {"phrases": PHRASES, "ids": ids, "most": answer}
    (folder / "questions.json").write_text(json.dumps(told))
    return folder


def peers(checkpoint: Path, folder: Path, questions: int) -> dict[str, list[str]]:
    """The commands of the ways that can run here."""
    ours = [sys.executable, "-m", "tests.bench.peers.phi4_handeye", str(checkpoint), str(folder)]
    commands = {way: [*ours, str(questions), way] for way in ("box", "free", "naive")}
    code = os.environ.get("HANDEYE_PHI4_PUBLISHED")
    python = os.environ.get("HANDEYE_PHI4_PUBLISHED_PYTHON")
    if code and python:
        script = str(PEERS / "phi4_published.py")
        commands["published"] = [
            python, script, code, str(checkpoint), str(folder), str(questions), "cpu"
        ]  # fmt: skip
    return commands


def groundings(checkpoint: Path, size: tuple[int, int], questions: int, rounds: int) -> None:
    """One table: seconds of so many groundings on one new screen."""
    title = f"{questions} grounding{'s' * (questions > 1)} on a new screen of {size[0]}×{size[1]}"
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name) / "screens"
        prepare(folder, checkpoint, size, screens=rounds + 1)
        running_ways: dict[str, Peer] = {}
        first: dict[str, Any] = {}
        for way, command in peers(checkpoint, folder, questions).items():
            with err.status(f"{title}: starting {WAYS[way]}"):
                peer = stack.enter_context(running(command, {"OMP_NUM_THREADS": "1"}))
            running_ways[way], first[way] = peer, json.loads(peer.answer())
        free = {way: ids for way, ids in first.items() if way != "box"}
        assert all(ids == free["free"] for ids in free.values()), f"the answers differ: {free}"
        seconds: dict[str, list[float]] = {way: [] for way in running_ways}
        for number in range(rounds):
            for way, peer in running_ways.items():
                with err.status(f"{title}: round {number + 1} of {rounds}, {WAYS[way]}"):
                    seconds[way] += peer.steps(1)
    base = median(seconds["box"])
    rows = [
        [
            WAYS[way], f"{median(taken):.2f}", f"{min(taken):.2f}–{max(taken):.2f}",
            f"{median(taken) / base:.1f}",
        ]
        for way, taken in seconds.items()
    ]  # fmt: skip
    table(
        f"{title}; medians of {rounds}, the same greedy ids without a grammar",
        ("", "CPU seconds", "from–to", "times handeye"),
        rows,
    )


def patches(times: int) -> None:
    rows = []
    for width, height in SCREENS:
        with err.status(f"{width}×{height}"):
            rows.append(compare(width, height, times))
    columns = ("screen", "transformers ms", "handeye ms", "resize ms", "times faster", "difference")
    table(f"Screens as patches, medians of {times}", columns, rows)


def main() -> None:
    if missing := [name for name in ("torch", "transformers") if find_spec(name) is None]:
        err.print(f"Skipped: {' and '.join(missing)} not installed (handeye\\[phi4]).")
        return
    import torch

    torch.set_num_threads(1)
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 30
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    if times:
        patches(times)
    if rounds:
        with tempfile.TemporaryDirectory() as name:
            checkpoint = write(Path(name) / "middle", MIDDLE)
            groundings(checkpoint, (960, 540), 1, rounds)
            groundings(checkpoint, (1280, 720), len(PHRASES), rounds)


if __name__ == "__main__":
    main()
