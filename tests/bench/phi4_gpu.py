"""The whole 15B shape with random weights on one GPU, against what the card can do at best.

`python -m tests.bench.phi4_gpu [--published DIR --python PYTHON]` makes the weights on the card (no
file is read), in bf16 and then in 4 bits, and prints one table in a few minutes. With --published
the published code too, run by a Python that has transformers 4.57.1. `--tiny` runs the same code
with a tiny shape on the CPU, where the figures mean nothing.

The two floors: a token cannot be decoded faster than the decoder's weights are read once, and a
prompt cannot be worked through faster than its multiplications are done; both at the speed that
this card reached here, copying memory and multiplying matrices in bf16.
"""

import argparse
import gc
import json
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import Any

from tests.bench.bench_phi4 import ANSWER, PEERS, PHRASES, prepare
from tests.bench.figures import err, table
from tests.bench.peers import running
from tests.bench.phi4_checkpoint import FULL, TINY, describe, random_model

SCREEN = (1280, 720)
TOKENS = 32


@dataclass(frozen=True)
class Scale:
    """What is measured, on what, and how often. `copied`: bytes of the copy; `side`: that of the
    matrices."""

    config: dict[str, Any]
    device: str
    copied: int
    side: int
    times: int


CARD = Scale(FULL, "cuda", 2**31, 8192, 3)
TOY = Scale(TINY | {"min_num_patches": 16, "max_num_patches": 64}, "cpu", 2**22, 128, 1)


def nothing() -> None:
    """What comes before a run that needs no preparation."""


def seconds(
    way: Callable[[], object], scale: Scale, before: Callable[[], object] = nothing
) -> float:
    """The median of a few runs by the clock, after one that warms up."""
    import torch

    taken = []
    for _ in range(scale.times + 1):
        before()
        if scale.device == "cuda":
            torch.cuda.synchronize()
        started = time.perf_counter()
        way()
        if scale.device == "cuda":
            torch.cuda.synchronize()
        taken.append(time.perf_counter() - started)
    return median(taken[1:])


def speeds(scale: Scale) -> tuple[float, float]:
    """Bytes a second that a copy reads and writes, and operations a second of a product."""
    import torch

    source = torch.zeros(scale.copied, dtype=torch.uint8, device=scale.device)
    target = torch.empty_like(source)
    matrix = torch.ones(scale.side, scale.side, dtype=torch.bfloat16, device=scale.device)
    copying = seconds(lambda: target.copy_(source), scale)
    multiplying = seconds(lambda: matrix @ matrix, scale)
    return 2 * scale.copied / copying, 2 * scale.side**3 / multiplying


def decode_bytes(model: Any) -> int:
    """What is read of the language model for one token: all but the embeddings."""
    weights = model.language.named_parameters()
    return sum(w.numel() * w.element_size() for name, w in weights if "embed_tokens" not in name)


def prefill_operations(config: dict[str, Any], positions: int, patches: int) -> float:
    """Multiplications and additions of a prompt with one image: the linear layers, and attention,
    which is causal in the language model."""
    wide, layers = config["hidden_size"], config["num_hidden_layers"]
    shared = config["num_key_value_heads"] / config["num_attention_heads"]
    linear = layers * wide * (2 * wide * (1 + shared) + 3 * config["intermediate_size"])
    language = 2 * linear * positions + 2 * layers * wide * positions**2
    vision = config["vision_config"]
    narrow, seen = vision["hidden_size"], vision["num_hidden_layers"] - 1
    linear = seen * narrow * (4 * narrow + 2 * vision["intermediate_size"])
    linear += narrow * wide + wide * wide
    return float(language + 2 * linear * patches + 4 * seen * narrow * patches**2)


def measured(model: Any, scale: Scale, folder: Path) -> dict[str, float]:
    """Seconds of each thing on a new screen, and what the decoding went over."""
    from PIL import Image

    from handeye.actions import ScreenSpace, Size
    from handeye.envs import Observation, Screenshot
    from handeye.grounding.phi4.grounder import Phi4Grounder, question
    from handeye.grounding.phi4.prompt import render

    (screen,) = sorted(folder.glob("*.png"))
    image = Image.open(screen).convert("RGB")
    space = ScreenSpace(size=Size(width=image.width, height=image.height))
    seen = Observation(screenshot=Screenshot(data=screen.read_bytes(), space=space))
    ids = render([question([image], PHRASES[0])], "nothink", model.chat_tokenizer).ids
    grounder = Phi4Grounder(model)

    def of(way: Callable[[], object]) -> float:
        return seconds(way, scale, model.cache.clear)

    whole = model.generate(ids, [image], 1 + TOKENS)
    assert len(whole) == 1 + TOKENS, "the random weights end their answer: take another seed"
    prefill = of(lambda: model.generate(ids, [image], 1))
    longer = of(lambda: model.generate(ids, [image], 1 + TOKENS))
    return {
        "prefill": prefill,
        "decode": (longer - prefill) / TOKENS,
        "one": of(lambda: grounder.ground(seen, PHRASES[0])),
        "ten": of(lambda: [grounder.ground(seen, phrase) for phrase in PHRASES]),
        "positions": float(grounder.ground(seen, "a").calls[0].usage.prompt_tokens),
        "patches": float(len(model.encode([image])[0])),
    }


def ours(scale: Scale, checkpoint: Path, mode: str, speed: tuple[float, float]) -> list[list[str]]:
    """The rows of handeye with weights of that mode, each time against its floor."""
    import torch

    with err.status(f"handeye, {mode}: making the weights"):
        model = random_model(checkpoint, "bf16", scale.device, mode, 2**32)
    if scale.device == "cuda":
        torch.cuda.reset_peak_memory_stats()
    with tempfile.TemporaryDirectory() as name, err.status(f"handeye, {mode}: measuring"):
        found = measured(model, scale, prepare(Path(name) / "screens", checkpoint, SCREEN, 1))
    operations = prefill_operations(scale.config, int(found["positions"]), int(found["patches"]))
    floors = {"prefill": operations / speed[1], "decode": decode_bytes(model) / speed[0]}
    peak = torch.cuda.max_memory_allocated() if scale.device == "cuda" else 0
    name = {"full": "handeye, bf16", "4bit": "handeye, 4 bits"}[mode]
    memory = f"{peak / 2**30:.1f} GiB" if peak else "–"
    return [row(name, found, memory), row("  its floor", floors, "")]


def published(scale: Scale, checkpoint: Path, code: str, python: str) -> list[str]:
    """The row of the published code, in bf16."""

    def of(questions: int, answer: int) -> float:
        with tempfile.TemporaryDirectory() as name, err.status("the published code: measuring"):
            folder = prepare(Path(name) / "screens", checkpoint, SCREEN, 1, answer)
            script = str(PEERS / "phi4_published.py")
            arguments = [code, str(checkpoint), str(folder), str(questions), scale.device]
            with running([python, script, *arguments]) as peer:
                ids = json.loads(peer.answer())  # of other random weights than ours
                assert len(ids) == answer, "the random weights end their answer: take another seed"
                return median(peer.steps(scale.times))

    prefill, one, ten = of(1, 1), of(1, ANSWER), of(len(PHRASES), ANSWER)
    decode = (one - prefill) / (ANSWER - 1)
    times = {"prefill": prefill, "decode": decode, "one": one, "ten": ten}
    return row(f"published code, bf16, {ANSWER} tokens", times, "")


def row(name: str, times: dict[str, float], memory: str) -> list[str]:
    shown = (f"{times[key] * 1000:,.1f}" if key in times else "" for key in COLUMNS)
    return [name, *shown, memory]


COLUMNS = {
    "prefill": "prefill, ms",
    "decode": "a token, ms",
    "one": "one grounding, ms",
    "ten": f"{len(PHRASES)} on one screen, ms",
}


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.phi4_gpu")
    parser.add_argument("--tiny", action="store_true", help="a tiny shape, on the CPU")
    parser.add_argument("--published", metavar="DIR", help="the folder of the published code")
    parser.add_argument("--python", metavar="PYTHON", help="one that has transformers 4.57.1")
    given = parser.parse_args(arguments)
    if missing := [name for name in ("torch", "transformers") if find_spec(name) is None]:
        err.print(f"{' and '.join(missing)} not installed: pip install 'handeye\\[phi4]'")
        return 2
    import torch

    if not given.tiny and not torch.cuda.is_available():
        err.print("There is no GPU here. --tiny runs a tiny shape on the CPU.")
        return 2
    scale = TOY if given.tiny else CARD
    card = "CPU, tiny shape" if given.tiny else torch.cuda.get_device_name()
    speed = speeds(scale)
    rows = []
    with tempfile.TemporaryDirectory() as name:
        checkpoint = describe(Path(name) / "shape", scale.config)
        for mode in ("full", "4bit"):
            if mode == "4bit" and find_spec("bitsandbytes") is None:
                err.print("4 bits left out: pip install 'handeye\\[phi4-quantized]'")
                continue
            try:
                rows += ours(scale, checkpoint, mode, speed)
            except torch.OutOfMemoryError as error:
                err.print(f"{mode} left out: {error}")
            gc.collect()
            torch.cuda.empty_cache()
        if given.published:
            python = given.python or sys.executable
            rows.append(published(scale, checkpoint, given.published, python))
    title = (
        f"Phi-4, random weights, a screen of {SCREEN[0]}×{SCREEN[1]}, on {card}: "
        f"{speed[0] / 1e12:.2f} TB/s, {speed[1] / 1e12:.1f} TFLOP/s measured"
    )
    table(title, ("", *COLUMNS.values(), "peak memory"), rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
