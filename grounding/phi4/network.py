"""The parts of the model without weights, and where each published tensor belongs in them.

Prevents: memory taken twice (parts are made on the meta device), and weights that are missing,
left over or of the wrong shape going unnoticed.
"""

import math

import torch
from torch import nn
from transformers import Phi3Config, Phi3ForCausalLM, Siglip2VisionConfig, Siglip2VisionModel

from handeye.actions.errors import BackendError
from handeye.grounding.phi4.checkpoint import Stored, listed
from handeye.grounding.phi4.config import Phi4Config

VISION = "model.vision_tower.vision_tower.vision_model."
PROJECTOR = "model.mm_projector."
READABLE = {"BF16", "F16", "F32"}


def build(config: Phi4Config) -> nn.ModuleDict:
    """vision, projector and language on the meta device.

    The features are the output of the last vision layer but one, so neither the last layer nor
    what follows it (norm, pooling head) is kept.
    """
    vision = config.vision_config
    with torch.device("meta"):
        tower = Siglip2VisionModel(
            Siglip2VisionConfig(
                **vision.model_dump(exclude={"num_hidden_layers"}),
                num_hidden_layers=vision.num_hidden_layers - 1,
                vision_use_head=False,
            )
        )
        projector = nn.Sequential(
            nn.Linear(vision.hidden_size, config.hidden_size),
            nn.GELU(),
            nn.Linear(config.hidden_size, config.hidden_size),
        )
        language = Phi3ForCausalLM(_language_config(config))
    tower.post_layernorm = nn.Identity()
    parts = nn.ModuleDict({"vision": tower, "projector": projector, "language": language})
    return parts.eval().requires_grad_(False)


def _language_config(config: Phi4Config) -> Phi3Config:
    return Phi3Config(
        vocab_size=config.vocab_size,
        hidden_size=config.hidden_size,
        intermediate_size=config.intermediate_size,
        num_hidden_layers=config.num_hidden_layers,
        num_attention_heads=config.num_attention_heads,
        num_key_value_heads=config.num_key_value_heads,
        max_position_embeddings=config.max_position_embeddings,
        original_max_position_embeddings=config.max_position_embeddings,
        rms_norm_eps=config.rms_norm_eps,
        hidden_act=config.hidden_act,
        rope_parameters={
            "rope_type": "default",
            "rope_theta": config.rope_theta,
            "partial_rotary_factor": config.partial_rotary_factor,
        },
        tie_word_embeddings=False,
        # The defaults are Phi-3's and may lie outside this vocabulary.
        bos_token_id=None,
        eos_token_id=None,
        pad_token_id=None,
    )


def place_of(key: str, config: Phi4Config) -> str | None:
    """Where the tensor that is published as `key` belongs in `build`'s parts; None: not used."""
    if key.startswith(VISION):
        inside = key.removeprefix(VISION)
        last = f"encoder.layers.{config.vision_config.num_hidden_layers - 1}."
        unused = inside.startswith((last, "post_layernorm.", "head."))
        return None if unused else f"vision.{inside}"
    if key.startswith(PROJECTOR):
        return f"projector.{key.removeprefix(PROJECTOR)}"
    return f"language.{key}"


def published(place: str) -> str:
    """The published key of a place; the inverse of `place_of`."""
    part, _, inside = place.partition(".")
    return {"vision": VISION, "projector": PROJECTOR, "language": ""}[part] + inside


def match(parts: nn.ModuleDict, stored: dict[str, Stored], config: Phi4Config) -> dict[str, str]:
    """Published key → place, for every tensor to read. Raises BackendError unless the checkpoint
    has exactly the tensors of the parts, in their shapes and in a floating-point type."""
    shapes = {place: tuple(tensor.shape) for place, tensor in parts.state_dict().items()}
    places = {key: place for key in stored if (place := place_of(key, config))}
    folder = next(iter(stored.values())).file.parent if stored else "The checkpoint"
    missing = sorted(published(place) for place in shapes.keys() - places.values())
    if missing:
        raise BackendError(
            f"{folder} lacks {len(missing)} tensors: {listed(missing)}.",
            "Use the whole checkpoint as it was published.",
        )
    extra = [f"{key} ({stored[key].file.name})" for key in places if places[key] not in shapes]
    if extra:
        raise BackendError(
            f"{folder} has {len(extra)} tensors that the model has no place for: {listed(extra)}.",
            "Use the checkpoint with the config.json that was published with it.",
        )
    wrong = [
        f"{key} is {_shape(stored[key].shape)}, not {_shape(shapes[place])} "
        f"({stored[key].file.name})"
        for key, place in places.items()
        if stored[key].shape != shapes[place]
    ]
    if wrong:
        raise BackendError(
            f"{folder} does not fit its config.json: {listed(wrong)}.",
            "Use the config.json that was published with the weights.",
        )
    odd = [f"{key} is {stored[key].dtype}" for key in places if stored[key].dtype not in READABLE]
    if odd:
        raise BackendError(
            f"{folder} is stored in a type that is not read: {listed(odd)}.",
            "Use the weights in bf16, fp16 or fp32; load='4bit' quantises them while loading.",
        )
    return places


def _shape(shape: tuple[int, ...]) -> str:
    return "×".join(map(str, shape)) or "a number"


def is_decoder_linear(place: str) -> bool:
    """Whether `place` is the weight of a linear layer of the decoder, which may be quantised."""
    return place.startswith("language.model.layers.") and place.endswith("_proj.weight")


def stored_bytes(place: str, shape: tuple[int, ...], itemsize: int, mode: str) -> int:
    """What one tensor takes in memory. A quantised value takes 1 or ½ byte and its share of the
    scales: one float32 a row (8bit); one byte for 64 values and one float32 for 256 of those."""
    count = math.prod(shape)
    if mode == "full" or not is_decoder_linear(place):
        return count * itemsize
    if mode == "8bit":
        return count + 4 * shape[0]
    return round(count / 2 + count / 64 * (1 + 4 / 256))
