"""Phi-4-reasoning-vision run in this process: image features, logits, greedy answers.

Importing this package loads neither torch nor transformers; `load` does. Composed from the
classes of transformers (SigLIP-2, Phi-3); no code comes from a checkpoint. Positions in a prompt
where an image goes are marked with `IMAGE`.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from handeye.actions.errors import BackendError

if TYPE_CHECKING:
    from handeye.grounding.phi4.model import Phi4

__all__ = ["IMAGE", "load"]

IMAGE = -200
"""The id that stands for an image in a prompt; its features take its place."""


def load(
    path: str | Path,
    *,
    dtype: Literal["bf16", "fp16", "fp32"] = "bf16",
    device: str = "auto",
    device_map: Mapping[str, int] | None = None,
    load: Literal["full", "8bit", "4bit"] = "full",
    cache_bytes: int | None = None,
) -> "Phi4":
    """The model of a checkpoint in the published layout (config.json and safetensors).

    path: a local folder, or the id of a repository on the Hugging Face hub ("owner/name").
    device: as torch names it ("cpu", "cuda", "cuda:1"); "auto" is the GPU where there is one, and
    as many of several as are needed.
    device_map: how many decoder layers go to each device, in order ({"cuda:0": 16, "cuda:1": 24});
    the first also holds everything before them. It takes the place of `device`.
    load: "8bit" and "4bit" (NF4, double quantisation) need bitsandbytes and quantise the linear
    layers of the decoder only; everything else stays in `dtype`.
    cache_bytes: the most memory for what is kept of screens for the next question on them; 0 keeps
    nothing; by default half of what the model leaves free.

    Raises BackendError: a package is missing, the checkpoint is incomplete, damaged or of another
    model, the device is not there, or memory is too small.
    """
    try:
        from handeye.grounding.phi4.loading import load_model
    except ImportError as error:
        if (error.name or "").startswith("handeye"):
            raise
        raise BackendError(
            f"The packages that the model needs cannot be loaded: {error}.",
            "Run: pip install --upgrade 'handeye[phi4]'",
        ) from error
    return load_model(
        path,
        dtype=dtype,
        device=device,
        device_map=device_map,
        mode=load,
        cache_bytes=cache_bytes,
    )
