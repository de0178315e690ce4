"""A checkpoint's tensors put into the parts of the model, one at a time.

Prevents: a second copy of the weights in memory while they are read or converted.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from rich.console import Console
from rich.progress import track
from safetensors import SafetensorError, safe_open
from torch import Tensor, nn

from handeye.actions.errors import BackendError
from handeye.grounding.phi4.checkpoint import Stored, checkpoint_folder, stored_tensors
from handeye.grounding.phi4.config import Phi4Config, read_config
from handeye.grounding.phi4.memory import (
    Way,
    check_memory,
    free_bytes,
    needed_bytes,
    placed,
    running,
    spare_bytes,
)
from handeye.grounding.phi4.model import Phi4
from handeye.grounding.phi4.network import build, is_decoder_linear, match
from handeye.grounding.phi4.placement import Placement, connect
from handeye.grounding.phi4.prefix_cache import PrefixCache
from handeye.grounding.phi4.quantize import bitsandbytes_module, quantized
from handeye.grounding.phi4.tokens import read_tokenizer

if TYPE_CHECKING:
    from transformers import Phi3ForCausalLM

DTYPES = {"bf16": torch.bfloat16, "fp16": torch.float16, "fp32": torch.float32}
MODES = ("full", "8bit", "4bit")


def load_model(
    path: str | Path,
    *,
    dtype: str,
    device: str,
    device_map: Mapping[str, int] | None,
    mode: str,
    cache_bytes: int | None,
) -> Phi4:
    """See `handeye.grounding.phi4.load`."""
    if dtype not in DTYPES or mode not in MODES:
        raise BackendError(
            f"dtype={dtype!r}, load={mode!r} is not known.",
            f"dtype is one of {', '.join(DTYPES)}; load one of {', '.join(MODES)}.",
        )
    devices = _devices(device, device_map)
    if mode != "full":
        bitsandbytes_module()
    folder = checkpoint_folder(path)
    config = read_config(folder)
    _check_counts(device_map, config)
    tokenizer = read_tokenizer(folder, config)
    stored = stored_tensors(folder)
    parts = build(config)
    places = match(parts, stored, config)
    way, free = Way(dtype, mode), {each: free_bytes(each) for each in devices}
    check_memory(parts, config, way, free, device_map)
    placement = placed(parts, config, way, free, device_map)
    spare = spare_bytes(needed_bytes(parts, config, way, placement), placement, free)
    sources = {place: (key, stored[key]) for key, place in places.items()}
    with running(placement.first):
        _fill(parts, sources, way, placement)
        _make_rotary(parts["language"], placement.first)
    connect(parts["language"], placement)
    return Phi4(
        config=config,
        device=placement.first,
        dtype=DTYPES[dtype],
        tokenizer=tokenizer,
        cache=PrefixCache(spare if cache_bytes is None else cache_bytes),
        **dict(parts.items()),
    )


def _devices(device: str, device_map: Mapping[str, int] | None) -> list[str]:
    """The devices to use, which are there. Raises BackendError."""
    if device_map:
        return [_there(name) for name in device_map]
    if device != "auto":
        return [_there(device)]
    return [f"cuda:{number}" for number in range(torch.cuda.device_count())] or ["cpu"]


def _there(name: str) -> str:
    try:
        torch.empty(0, device=torch.device(name))
    except (RuntimeError, AssertionError) as error:
        reason = str(error).strip().partition("\n")[0]
        raise BackendError(
            f"The device {name!r} cannot be used: {reason}", "Use 'cpu', or 'auto'."
        ) from error
    return name


def _check_counts(device_map: Mapping[str, int] | None, config: Phi4Config) -> None:
    layers = config.num_hidden_layers
    counts = device_map.values() if device_map else [layers]
    if min(counts) < 1 or sum(counts) != layers:
        raise BackendError(
            f"device_map={dict(device_map or {})} does not place {layers} layers.",
            "Give each device at least one layer, and all layers together.",
        )


def _fill(
    parts: nn.ModuleDict,
    sources: dict[str, tuple[str, Stored]],
    way: Way,
    placement: Placement,
) -> None:
    """Read every tensor into its place, file by file, and show how far it is on a terminal."""
    files = sorted({stored.file for _, stored in sources.values()})
    console = Console(stderr=True)
    shown = track(
        files, "Loading weights", console=console, transient=True, disable=not console.is_terminal
    )
    for path in shown:
        try:
            with safe_open(path, framework="pt") as file:
                for place, (key, stored) in sources.items():
                    if stored.file == path:
                        value = file.get_tensor(key).to(DTYPES[way.dtype])
                        _put(parts, place, value, placement.of(place), way.mode)
        except (SafetensorError, OSError) as error:
            raise BackendError(f"{path} is damaged: {error}.", "Download it again.") from error


def _put(parts: nn.ModuleDict, place: str, value: Tensor, device: str, mode: str) -> None:
    owner, _, name = place.rpartition(".")
    module = parts.get_submodule(owner)
    if mode != "full" and is_decoder_linear(place):
        parts.set_submodule(owner, quantized(module, value, mode, device))
    else:
        setattr(module, name, nn.Parameter(value.to(device), requires_grad=False))


def _make_rotary(language: "Phi3ForCausalLM", device: str) -> None:
    """The frequencies of the positions are computed, not stored, and on the meta device they
    were not; they stay in float32 whatever the type of the weights."""
    rotary = type(language.model.rotary_emb)
    language.model.rotary_emb = rotary(config=language.config).to(device)
