"""Checkpoints of Phi-4-reasoning-vision with random weights, in the published layout.

For measuring: their speed is that of real ones of the same shape, and their answers mean nothing.
"""

import json
import re
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
SPLIT = (  # as cl100k splits: digits in groups of up to three
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
MARKERS = ("<|im_end|>", "<|im_start|>", "<|im_sep|>", "<think>", "</think>", "<|dummy_84|>")
WORDS = 4_000

# The published config.json, but for what only training reads.
FULL: dict[str, Any] = {
    "model_type": "phi4-siglip",
    "architectures": ["Phi4ForCausalLMV"],
    "hidden_size": 5120,
    "intermediate_size": 17920,
    "num_hidden_layers": 40,
    "num_attention_heads": 40,
    "num_key_value_heads": 10,
    "vocab_size": 100352,
    "max_position_embeddings": 32768,
    "original_max_position_embeddings": 32768,
    "rms_norm_eps": 1e-5,
    "rope_theta": 500000,
    "rope_scaling": None,
    "eos_token_id": 0,
    "bos_token_id": None,
    "pad_token_id": 1,
    "tie_word_embeddings": False,
    "min_num_patches": 256,
    "max_num_patches": 3600,
    "mm_vision_tower": "siglip2-so400m-patch16-naflex",
    "mm_projector_type": "mlp2x_gelu",
    "mm_hidden_size": 1152,
    "tokenizer_model_max_length": 8192,
    "tokenizer_padding_side": "right",
    "use_mm_proj": True,
    "use_s2": False,
    "vision_config": {
        "model_type": "siglip2_vision_model",
        "hidden_size": 1152,
        "intermediate_size": 4304,
        "num_hidden_layers": 27,
        "num_attention_heads": 16,
        "patch_size": 16,
    },
}


def shape(
    width: int, layers: int, heads: int, vision_width: int, vision_layers: int, vocabulary: int
) -> dict[str, Any]:
    """The published shape made smaller: its proportions, and the same images."""
    vision = FULL["vision_config"] | {
        "hidden_size": vision_width,
        "intermediate_size": vision_width * 4,
        "num_hidden_layers": vision_layers,
        "num_attention_heads": 2,
    }
    return FULL | {
        "hidden_size": width,
        "intermediate_size": width * 7 // 2,
        "num_hidden_layers": layers,
        "num_attention_heads": heads,
        "num_key_value_heads": 2,
        "vocab_size": vocabulary,
        "mm_hidden_size": vision_width,
        "vision_config": vision,
    }


TINY = shape(128, 2, 4, 32, 3, 6_000)
MIDDLE = shape(384, 6, 6, 128, 4, 6_000)


def tokenizer() -> Any:
    """A byte-level BPE tokenizer: all numbers of up to three digits as in cl100k, words learnt
    from this project's documentation, and the special tokens of the chat template."""
    from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

    split = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(SPLIT), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    learnt = Tokenizer(models.BPE())
    learnt.pre_tokenizer = split
    template = ROOT / "grounding/phi4/published/chat_template.jinja"
    sources = [*sorted(ROOT.glob("docs/*.md")), *[template] * 5]  # as well known as to the real one
    texts = [re.sub(r"\d", " ", path.read_text(encoding="utf-8")) for path in sources]
    trainer = trainers.BpeTrainer(
        vocab_size=WORDS, initial_alphabet=alphabet, show_progress=False, special_tokens=[]
    )
    learnt.train_from_iterator(texts, trainer)
    digits = "0123456789"
    merges = [(a, b) for a in digits for b in digits]
    merges += [(a + b, c) for a, b in list(merges) for c in digits]
    merges += [tuple(pair) for pair in json.loads(learnt.to_str())["model"]["merges"]]
    names = [*MARKERS, *alphabet, *dict.fromkeys(a + b for a, b in merges)]
    made = Tokenizer(models.BPE({name: number for number, name in enumerate(names)}, merges))
    made.pre_tokenizer, made.decoder = split, decoders.ByteLevel()
    made.add_special_tokens([AddedToken(name, special=True) for name in MARKERS])
    return made


def describe(folder: Path, config: dict[str, Any]) -> Path:
    """A checkpoint without weights: config.json and tokenizer.json."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(config))
    tokenizer().save(str(folder / "tokenizer.json"))
    return folder


def write(folder: Path, config: dict[str, Any]) -> Path:
    """The whole checkpoint in float32, with the vision layers that no answer depends on too."""
    import torch
    from safetensors.torch import save_file
    from transformers import Phi3Config, Phi3ForCausalLM, Siglip2VisionConfig, Siglip2VisionModel

    theta = {"rope_type": "default", "rope_theta": config["rope_theta"]}
    wide, narrow = config["hidden_size"], config["mm_hidden_size"]
    language = {key: value for key, value in config.items() if key in vars(Phi3Config())}
    language |= {"rope_parameters": theta, "bos_token_id": None}
    parts = {
        "": Phi3ForCausalLM(Phi3Config(**language)),
        "model.mm_projector.": torch.nn.Sequential(
            torch.nn.Linear(narrow, wide), torch.nn.GELU(), torch.nn.Linear(wide, wide)
        ),
        "model.vision_tower.vision_tower.vision_model.": Siglip2VisionModel(
            Siglip2VisionConfig(**config["vision_config"])
        ),
    }
    torch.manual_seed(0)
    tensors = {}
    for prefix, part in parts.items():
        for name, weight in part.state_dict().items():
            spread = torch.randn_like(weight) * 0.05
            tensors[prefix + name] = spread + (1 if _is_scale(name) else 0)
    save_file(tensors, describe(folder, config) / "model.safetensors", metadata={"format": "pt"})
    return folder


def random_model(folder: Path, dtype: str, device: str, mode: str, cache_bytes: int) -> Any:
    """A Phi4 of the shape that `describe` wrote into `folder`, its weights made where they stay.

    Quantised layers share one block of values, since they are quantised from the CPU's memory.
    """
    import torch

    from handeye.grounding.phi4.config import read_config
    from handeye.grounding.phi4.loading import DTYPES
    from handeye.grounding.phi4.model import Phi4
    from handeye.grounding.phi4.network import build, is_decoder_linear
    from handeye.grounding.phi4.prefix_cache import PrefixCache
    from handeye.grounding.phi4.quantize import quantized
    from handeye.grounding.phi4.tokens import read_tokenizer

    config, kind = read_config(folder), DTYPES[dtype]
    parts = build(config)
    torch.manual_seed(0)
    block = torch.empty(0, dtype=kind)
    for place, tensor in parts.state_dict().items():
        owner, _, name = place.rpartition(".")
        module = parts.get_submodule(owner)
        if mode != "full" and is_decoder_linear(place):
            if len(block) < tensor.numel():
                block = torch.empty(tensor.numel(), dtype=kind).normal_(0, 0.02)
            value = block[: tensor.numel()].view(tensor.shape)
            parts.set_submodule(owner, quantized(module, value, mode, device))
        else:
            value = torch.empty(tensor.shape, dtype=kind, device=device).normal_(0, 0.02)
            scaled = value.add_(1) if _is_scale(place) else value
            setattr(module, name, torch.nn.Parameter(scaled, requires_grad=False))
    language = parts["language"]
    rotary = type(language.model.rotary_emb)
    language.model.rotary_emb = rotary(config=language.config).to(device)
    return Phi4(
        config=config,
        device=device,
        dtype=kind,
        tokenizer=read_tokenizer(folder, config),
        cache=PrefixCache(cache_bytes),
        **dict(parts.items()),
    )


def _is_scale(name: str) -> bool:
    """Whether the weight is that of a norm."""
    return "norm" in name and name.endswith("weight")
