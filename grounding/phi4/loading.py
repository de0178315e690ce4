"""A checkpoint's tensors put into the parts of the model, one at a time.

Prevents: a second copy of the weights in memory while they are read or converted.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import torch
from rich.console import Console
from rich.progress import track
from safetensors import SafetensorError, safe_open
from torch import Tensor, nn

from handeye.actions.errors import BackendError
from handeye.grounding.phi4.checkpoint import Stored, checkpoint_folder, stored_tensors
from handeye.grounding.phi4.config import read_config
from handeye.grounding.phi4.memory import check_memory, free_bytes
from handeye.grounding.phi4.model import Phi4
from handeye.grounding.phi4.network import build, is_decoder_linear, match
from handeye.grounding.phi4.quantize import bitsandbytes_module, quantized
from handeye.grounding.phi4.tokens import read_tokenizer

if TYPE_CHECKING:
    from transformers import Phi3ForCausalLM

DTYPES = {"bf16": torch.bfloat16, "fp16": torch.float16, "fp32": torch.float32}
MODES = ("full", "8bit", "4bit")


def load_model(path: str | Path, *, dtype: str, device: str, mode: str) -> Phi4:
    """See `handeye.grounding.phi4.load`."""
    if dtype not in DTYPES or mode not in MODES:
        raise BackendError(
            f"dtype={dtype!r}, load={mode!r} is not known.",
            f"dtype is one of {', '.join(DTYPES)}; load one of {', '.join(MODES)}.",
        )
    where = _device(device)
    if mode != "full":
        bitsandbytes_module()
    folder = checkpoint_folder(path)
    config = read_config(folder)
    tokenizer = read_tokenizer(folder, config)
    stored = stored_tensors(folder)
    parts = build(config)
    places = match(parts, stored, config)
    free = free_bytes(where)
    check_memory(parts, config, dtype=dtype, device=where, mode=mode, free=free)
    _fill(parts, {place: (key, stored[key]) for key, place in places.items()}, dtype, where, mode)
    _make_rotary(parts["language"], where)
    return Phi4(
        config=config,
        device=where,
        dtype=DTYPES[dtype],
        tokenizer=tokenizer,
        **dict(parts.items()),
    )


def _device(name: str) -> str:
    """`name` as a device that is there; raises BackendError."""
    if name == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    try:
        torch.empty(0, device=torch.device(name))
    except (RuntimeError, AssertionError) as error:
        reason = str(error).strip().partition("\n")[0]
        raise BackendError(
            f"The device {name!r} cannot be used: {reason}", "Use 'cpu', or 'auto'."
        ) from error
    return name


def _fill(
    parts: nn.ModuleDict,
    sources: dict[str, tuple[str, Stored]],
    dtype: str,
    device: str,
    mode: str,
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
                        value = file.get_tensor(key).to(DTYPES[dtype])
                        _put(parts, place, value, device, mode)
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
