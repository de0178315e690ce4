"""What a checkpoint needs in memory, and a refusal before loading when it is not there.

Prevents: minutes of loading that end in the system's out-of-memory killer.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import nn

from handeye.actions.errors import BackendError
from handeye.grounding.phi4.config import Phi4Config
from handeye.grounding.phi4.network import weights_bytes

# Positions of text beside one screenshot: the system prompt, a question and a short answer.
TEXT_POSITIONS = 1024
ITEM_BYTES = {"bf16": 2, "fp16": 2, "fp32": 4}


def needed_bytes(parts: nn.ModuleDict, config: Phi4Config, dtype: str, mode: str) -> int:
    """An estimate for weights and one prompt with one screenshot of the largest size.

    The prompt counts its keys and values, and the widest activations of one decoder layer; the
    scores that `logits` returns for every position come on top.
    """
    item = ITEM_BYTES[dtype]
    head = config.hidden_size // config.num_attention_heads
    kept = 2 * config.num_hidden_layers * config.num_key_value_heads * head
    passing = 4 * config.intermediate_size + 8 * config.hidden_size
    positions = config.max_num_patches + TEXT_POSITIONS
    return weights_bytes(parts, item, mode) + positions * (kept + passing) * item


def free_bytes(device: str) -> int:
    """What is free on `device` now; for anything but CUDA the free memory of the machine."""
    if torch.device(device).type == "cuda":
        free, _ = torch.cuda.mem_get_info(device)
        return int(free)
    import psutil

    return int(psutil.virtual_memory().available)


def check_memory(
    parts: nn.ModuleDict, config: Phi4Config, *, dtype: str, device: str, mode: str, free: int
) -> None:
    """Raise BackendError when the model does not fit into `free` bytes of `device`, naming the
    way of loading that would fit, the least lossy first."""
    needed = needed_bytes(parts, config, dtype, mode)
    if needed <= free:
        return
    smaller = "bf16" if dtype == "fp32" else dtype
    ways = [(smaller, "full"), (smaller, "8bit"), (smaller, "4bit")]
    sizes = {way: needed_bytes(parts, config, *way) for way in ways}
    fitting = next((way for way in ways if sizes[way] <= free), None)
    if fitting:
        options = f"dtype={fitting[0]!r}, load={fitting[1]!r}"
        fix = f"Use {options}, which needs about {gib(sizes[fitting])}."
    else:
        least = min(sizes.values())
        fix = f"Free memory, or use another machine: the least is about {gib(least)} (load='4bit')."
    raise BackendError(
        f"The model needs about {gib(needed)} on {device} with dtype={dtype!r}, load={mode!r}; "
        f"{gib(free)} are free.",
        fix,
    )


def gib(count: int) -> str:
    return f"{count / 2**30:.1f} GiB" if count >= 2**27 else f"{count / 2**20:.1f} MiB"


@contextmanager
def running(device: str) -> Iterator[None]:
    """Errors of torch in the middle of a computation as BackendError, with what to do."""
    try:
        yield
    except torch.OutOfMemoryError as error:
        raise BackendError(
            f"The memory of {device} is not enough for this prompt and its answer.",
            "Use load='8bit' or '4bit', a smaller cache, or fewer and smaller images.",
        ) from error
    except RuntimeError as error:
        reason = str(error).strip().partition("\n")[0]
        raise BackendError(
            f"The model failed on {device}: {reason}", "Try another device, or device='cpu'."
        ) from error
