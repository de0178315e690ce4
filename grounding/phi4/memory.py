"""What a checkpoint needs in memory, and a refusal before loading when it is not there.

Prevents: minutes of loading that end in the system's out-of-memory killer.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import torch
from torch import nn

from handeye.actions.errors import BackendError
from handeye.grounding.phi4.config import Phi4Config
from handeye.grounding.phi4.network import stored_bytes
from handeye.grounding.phi4.placement import LAYERS, Placement, counted, spread

# Positions of text beside one screenshot: the system prompt, a question and a short answer.
TEXT_POSITIONS = 1024
ITEM_BYTES = {"bf16": 2, "fp16": 2, "fp32": 4}


class Way(NamedTuple):
    """How weights are held: the type, and "full", "8bit" or "4bit"."""

    dtype: str
    mode: str

    def __str__(self) -> str:
        return f"dtype={self.dtype!r}, load={self.mode!r}"


def placed(
    parts: nn.ModuleDict,
    config: Phi4Config,
    way: Way,
    free: Mapping[str, int],
    counts: Mapping[str, int] | None = None,
) -> Placement:
    """Where everything goes: `counts` decoder layers on each device, or spread over the devices
    by what is `free` there."""
    if counts:
        return counted(counts)
    first, layers = next(iter(free)), config.num_hidden_layers
    whole = needed_bytes(parts, config, way, counted({first: layers}))[first]
    layer = _kept_bytes(config, way) + sum(
        stored_bytes(place, tensor.shape, ITEM_BYTES[way.dtype], way.mode)
        for place, tensor in parts.state_dict().items()
        if place.startswith(f"{LAYERS}0.")
    )
    return spread(free, layers, layer, whole - layers * layer)


def needed_bytes(
    parts: nn.ModuleDict, config: Phi4Config, way: Way, placement: Placement
) -> dict[str, int]:
    """An estimate for each device: weights and one prompt with one screenshot of the largest size.

    The prompt counts its keys and values, and the widest activations of one decoder layer; the
    scores that `logits` returns for every position come on top.
    """
    item = ITEM_BYTES[way.dtype]
    passing = (4 * config.intermediate_size + 8 * config.hidden_size) * item
    needed = dict.fromkeys(placement.devices, _positions(config) * passing)
    for device in placement.layers:
        needed[device] += _kept_bytes(config, way)
    for place, tensor in parts.state_dict().items():
        needed[placement.of(place)] += stored_bytes(place, tensor.shape, item, way.mode)
    return needed


def _kept_bytes(config: Phi4Config, way: Way) -> int:
    """The keys and values of one prompt in one decoder layer."""
    head = config.hidden_size // config.num_attention_heads
    return _positions(config) * 2 * config.num_key_value_heads * head * ITEM_BYTES[way.dtype]


def _positions(config: Phi4Config) -> int:
    return config.max_num_patches + TEXT_POSITIONS


def spare_bytes(needed: Mapping[str, int], placement: Placement, free: Mapping[str, int]) -> int:
    """Half of what stays free for keys and values, which fill the devices as their layers do."""
    layers = placement.layers
    rooms = [
        (free[device] - needed[device]) * len(layers) // layers.count(device)
        for device in set(layers)
    ]
    return min(rooms) // 2


def check_memory(
    parts: nn.ModuleDict,
    config: Phi4Config,
    way: Way,
    free: Mapping[str, int],
    counts: Mapping[str, int] | None = None,
) -> None:
    """Raise BackendError when the model, put where `placed` says, does not fit into the bytes
    that are `free` on each device, naming the way of loading that would fit, the least lossy
    first."""

    def needs(way: Way) -> dict[str, int]:
        return needed_bytes(parts, config, way, placed(parts, config, way, free, counts))

    def fits(way: Way) -> bool:
        return all(needed <= free[device] for device, needed in needs(way).items())

    if fits(way):
        return
    smaller = "bf16" if way.dtype == "fp32" else way.dtype
    ways = [Way(smaller, mode) for mode in ("full", "8bit", "4bit")]
    fitting = next((each for each in ways if fits(each)), None)
    if fitting:
        fix = f"Use {fitting}, which needs about {gib(sum(needs(fitting).values()))}."
    else:
        least = min(sum(needs(each).values()) for each in ways)
        fix = f"Free memory, or use another machine: the least is about {gib(least)} (load='4bit')."
    needed = " and ".join(f"{gib(count)} on {device}" for device, count in needs(way).items())
    there = " and ".join(gib(free[device]) for device in needs(way))
    raise BackendError(f"The model needs about {needed} with {way}; {there} are free.", fix)


def free_bytes(device: str) -> int:
    """What is free on `device` now; for anything but CUDA the free memory of the machine, or of
    the container that this process is in."""
    if torch.device(device).type == "cuda":
        free, _ = torch.cuda.mem_get_info(device)
        unused = torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)
        return int(free + unused)
    import psutil

    return min([int(psutil.virtual_memory().available), *container_room()])


def container_room(
    membership: Path = Path("/proc/self/cgroup"), root: Path = Path("/sys/fs/cgroup")
) -> Iterator[int]:
    """What each control group around this process may still take, where there is a limit.

    Version 2 (https://docs.kernel.org/admin-guide/cgroup-v2.html): `memory.current` counts the
    page cache, of which the inactive part is given up under pressure.
    """
    try:
        lines = membership.read_text().splitlines()
    except OSError:
        return
    inside = next((line.removeprefix("0::/") for line in lines if line.startswith("0::/")), "")
    for folder in (root / inside, *(root / inside).parents):
        if not folder.is_relative_to(root):
            return
        try:
            limit = (folder / "memory.max").read_text().strip()
            taken = int((folder / "memory.current").read_text())
            stat = dict(line.split() for line in (folder / "memory.stat").read_text().splitlines())
        except (OSError, ValueError):
            continue
        if limit != "max":
            yield max(0, int(limit) - taken + int(stat.get("inactive_file", 0)))


@contextmanager
def running(device: str) -> Iterator[None]:
    """Errors of torch in the middle of a computation as BackendError, with what to do."""
    try:
        yield
    except RuntimeError as error:
        reason = str(error).strip().partition("\n")[0]
        if isinstance(error, torch.OutOfMemoryError) or "can't allocate memory" in reason:
            raise BackendError(
                f"The memory of {device} is not enough.",
                "Use load='8bit' or load='4bit', or fewer and smaller images.",
            ) from error
        raise BackendError(
            f"The model failed on {device}: {reason}", "Try another device, or device='cpu'."
        ) from error


def gib(count: int) -> str:
    return f"{count / 2**30:.1f} GiB" if count >= 2**27 else f"{count / 2**20:.1f} MiB"
