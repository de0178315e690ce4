"""The settings of a checkpoint that the code depends on, from its config.json.

Prevents: a checkpoint of another model, or with a setting that is not implemented, running and
answering nonsense.
"""

import json
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, PositiveInt, ValidationError, model_validator

from handeye.actions.errors import BackendError

MODEL_TYPE = "phi4-siglip"


class VisionConfig(BaseModel):
    """SigLIP-2 NaFlex; the defaults are the shape of So400m."""

    model_config = ConfigDict(frozen=True)

    hidden_size: PositiveInt = 1152
    intermediate_size: PositiveInt = 4304
    num_hidden_layers: int = Field(default=27, ge=2)
    num_attention_heads: PositiveInt = 16
    num_channels: Literal[3] = 3
    patch_size: PositiveInt = 16
    num_patches: PositiveInt = 256
    hidden_act: str = "gelu_pytorch_tanh"
    layer_norm_eps: float = 1e-6

    @model_validator(mode="after")
    def _heads_divide(self) -> Self:
        if self.hidden_size % self.num_attention_heads:
            raise ValueError("num_attention_heads does not divide hidden_size")
        return self


class Phi4Config(BaseModel):
    """The published config.json; other keys (training, tokenizer) are left out.

    A literal type is a setting with one implemented value. `max_position_embeddings` bounds the
    positions of prompt and answer together, one per image patch.
    """

    model_config = ConfigDict(frozen=True)

    model_type: Literal["phi4-siglip"]
    vision_config: VisionConfig = VisionConfig()
    mm_projector_type: Literal["mlp2x_gelu"] = "mlp2x_gelu"
    use_s2: Literal[False] = False
    min_num_patches: PositiveInt = 256
    max_num_patches: PositiveInt = 3600

    vocab_size: PositiveInt
    hidden_size: PositiveInt
    intermediate_size: PositiveInt
    num_hidden_layers: PositiveInt
    num_attention_heads: PositiveInt
    num_key_value_heads: PositiveInt
    max_position_embeddings: PositiveInt
    rms_norm_eps: float
    rope_theta: float
    rope_scaling: None = None
    partial_rotary_factor: float = Field(default=1.0, gt=0, le=1)
    sliding_window: None = None
    hidden_act: str = "silu"
    attention_bias: Literal[False] = False
    tie_word_embeddings: Literal[False] = False
    eos_token_id: int | tuple[int, ...] | None = None

    @model_validator(mode="after")
    def _heads_divide(self) -> Self:
        if self.hidden_size % self.num_attention_heads:
            raise ValueError("num_attention_heads does not divide hidden_size")
        if self.num_attention_heads % self.num_key_value_heads:
            raise ValueError("num_key_value_heads does not divide num_attention_heads")
        if self.min_num_patches > self.max_num_patches:
            raise ValueError("min_num_patches is larger than max_num_patches")
        return self

    @property
    def end_tokens(self) -> frozenset[int]:
        """The ids that end an answer."""
        ids = self.eos_token_id
        if ids is None:
            return frozenset()
        return frozenset((ids,) if isinstance(ids, int) else ids)


def read_config(folder: Path) -> Phi4Config:
    """The config.json of the checkpoint in `folder`. Raises BackendError."""
    path = folder / "config.json"
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise BackendError(
            f"{folder} is no checkpoint: it has no config.json.",
            "Name the folder that holds config.json and the safetensors files.",
        ) from error
    except (OSError, ValueError) as error:
        raise BackendError(f"{path} cannot be read: {error}.", "Download it again.") from error
    kind = data.get("model_type") if isinstance(data, dict) else None
    if kind != MODEL_TYPE:
        raise BackendError(
            f"{path} is for a model of type {kind!r}; this code runs {MODEL_TYPE!r}.",
            "Name a checkpoint of Phi-4-reasoning-vision.",
        )
    try:
        return Phi4Config.model_validate(data)
    except ValidationError as error:
        faults = "; ".join(
            f"{'.'.join(map(str, fault['loc'])) or 'settings'}: {fault['msg']}"
            for fault in error.errors()
        )
        raise BackendError(
            f"{path} has settings that cannot be used: {faults}.",
            "Use the config.json that was published with the weights.",
        ) from error
