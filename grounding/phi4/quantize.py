"""Linear layers of the decoder in 8 or 4 bits, with bitsandbytes.

Prevents: quantised eyes. Only the decoder's linear layers come here; embeddings, head, vision and
projector keep their type.
"""

from typing import Any

from torch import Tensor, nn

from handeye.actions.errors import BackendError


def quantized(linear: nn.Linear, weight: Tensor, mode: str, device: str) -> nn.Module:
    """A layer that stands for `linear` (which has no bias) with `weight` quantised on `device`.

    8bit: LLM.int8 with a scale a row (Dettmers et al. 2022). 4bit: NF4 in blocks of 64 with
    quantised scales (QLoRA, Dettmers et al. 2023). `weight` is on the CPU, as bitsandbytes
    quantises while it moves.
    """
    bnb = bitsandbytes_module()
    features = (linear.in_features, linear.out_features)
    if mode == "8bit":
        layer = bnb.nn.Linear8bitLt(*features, bias=False, has_fp16_weights=False, device="meta")
        kept = bnb.nn.Int8Params(weight, requires_grad=False, has_fp16_weights=False)
    else:
        layer = bnb.nn.Linear4bit(
            *features, bias=False, compute_dtype=weight.dtype, quant_type="nf4", device="meta"
        )
        kept = bnb.nn.Params4bit(weight, quant_type="nf4", module=layer)
    layer.weight = kept.to(device)
    return layer.eval()


def bitsandbytes_module() -> Any:
    """bitsandbytes; raises BackendError where it is not installed."""
    try:
        import bitsandbytes
    except ModuleNotFoundError as error:
        raise BackendError(
            "load='8bit' and load='4bit' need bitsandbytes, which is not installed.",
            "Run: pip install 'handeye[phi4-quantized]'",
        ) from error
    return bitsandbytes
