"""A tiny checkpoint with random weights, written in the published key layout."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from handeye.grounding import phi4

CONFIG: dict[str, Any] = {
    "model_type": "phi4-siglip",
    "hidden_size": 64,
    "intermediate_size": 128,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "vocab_size": 160,
    "max_position_embeddings": 2048,
    "rms_norm_eps": 1e-5,
    "rope_theta": 500000,
    "rope_scaling": None,
    "min_num_patches": 16,
    "max_num_patches": 64,
    "eos_token_id": 2,
    "tie_word_embeddings": False,
    "use_s2": False,
    "mm_projector_type": "mlp2x_gelu",
    "vision_config": {
        "hidden_size": 32,
        "intermediate_size": 48,
        "num_hidden_layers": 3,
        "num_attention_heads": 2,
        "patch_size": 16,
        "num_patches": 16,
    },
}
TOWER = "model.vision_tower.vision_tower.vision_model."


def parts_of(config: dict[str, Any]) -> tuple[Any, Any, Any]:
    """Tower (whole, with head), projector and language model, seeded, made by transformers."""
    import torch
    from transformers import Phi3Config, Phi3ForCausalLM, Siglip2VisionConfig, Siglip2VisionModel

    language = {
        key: config[key]
        for key in ("hidden_size", "intermediate_size", "num_hidden_layers", "vocab_size",
                    "num_attention_heads", "num_key_value_heads", "max_position_embeddings")
    }  # fmt: skip
    torch.manual_seed(0)
    parts = (
        Siglip2VisionModel(Siglip2VisionConfig(**config["vision_config"])),
        torch.nn.Sequential(torch.nn.Linear(32, 64), torch.nn.GELU(), torch.nn.Linear(64, 64)),
        Phi3ForCausalLM(
            Phi3Config(
                **language,
                rope_parameters={"rope_type": "default", "rope_theta": config["rope_theta"]},
                bos_token_id=None,
                eos_token_id=None,
                pad_token_id=None,
            )
        ),
    )
    with torch.no_grad():  # large enough that answers differ from prompt to prompt
        for part in parts:
            for name, weight in part.named_parameters():
                weight.copy_(torch.randn_like(weight) * (0.15 if weight.dim() > 1 else 0.1))
                if "norm" in name and name.endswith("weight"):
                    weight += 1
    return tuple(part.eval() for part in parts)


def tensors_of(config: dict[str, Any]) -> dict[str, Any]:
    """Every tensor of the parts, by its published key."""
    tower, projector, language = parts_of(config)
    named = {TOWER + key: value for key, value in tower.state_dict().items()}
    named |= {f"model.mm_projector.{key}": value for key, value in projector.state_dict().items()}
    return named | dict(language.state_dict())


def write(
    folder: Path, tensors: dict[str, Any], config: dict[str, Any] = CONFIG, shards: int = 1
) -> Path:
    """A checkpoint folder with the tensors in one file, or spread over several with an index."""
    from safetensors.torch import save_file

    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(config))
    if shards == 1:
        save_file(tensors, folder / "model.safetensors")
        return folder
    names = [f"model-{n:05d}-of-{shards:05d}.safetensors" for n in range(1, shards + 1)]
    places = {key: names[n % shards] for n, key in enumerate(sorted(tensors))}
    for name in names:
        save_file({key: tensors[key] for key in tensors if places[key] == name}, folder / name)
    index = {"metadata": {}, "weight_map": places}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))
    return folder


def picture(width: int, height: int, seed: int = 0) -> Image.Image:
    """Smooth colours with a few edges, different for each seed."""
    y, x = np.mgrid[0:height, 0:width]
    red = 127 + 120 * np.sin((x + 7 * seed) / 9)
    green = 255 * y / height
    blue = 255.0 * ((x // 13 + y // 17 + seed) % 2)
    return Image.fromarray(np.stack([red, green, blue], -1).astype(np.uint8))


SPECIAL = [
    "<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|im_sep|>", "<|dummy_84|>", "<think>",
    "</think>",
]  # fmt: skip
SPLIT = (  # cl100k, as the published tokenizer
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
PUBLISHED = Path(phi4.__file__).parent / "published"


def bpe(strips: bool = False, special: bool = True) -> Any:
    """A byte-level BPE tokenizer that has learnt from the system prompt. `strips`: the special
    tokens take the white space beside them. `special`: so are the tags of the thought marked."""
    from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

    made = Tokenizer(models.BPE())
    byte_level = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    made.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Split(Regex(SPLIT), "isolated"), byte_level]
    )
    made.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=500, initial_alphabet=sorted(byte_level.alphabet()), show_progress=False
    )
    made.train_from_iterator([(PUBLISHED / "chat_template.jinja").read_text("utf-8")], trainer)
    for token in SPECIAL:
        flagged = special or "think" not in token
        stripping = {"lstrip": strips, "rstrip": strips, "normalized": False}
        made.add_tokens([AddedToken(token, special=flagged, **stripping)])
    return made


@pytest.fixture(autouse=True, scope="session")
def one_thread() -> Iterator[None]:
    """The models are so small that more threads only get in each other's way."""
    try:
        import torch
    except ModuleNotFoundError:
        yield
        return
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("phi4") / "tiny", tensors_of(CONFIG))


@pytest.fixture(scope="session")
def model(checkpoint: Path) -> Any:
    from handeye.grounding.phi4 import load

    return load(checkpoint, dtype="fp32", device="cpu")


@pytest.fixture(scope="session")
def make_tokenizer() -> Callable[..., Any]:
    return bpe


@pytest.fixture(scope="session")
def chat_checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny checkpoint with a tokenizer."""
    tokenizer = bpe()
    end = tokenizer.token_to_id("<|im_end|>")
    changed = {"vocab_size": 512, "max_position_embeddings": 4096, "eos_token_id": end}
    config = {**CONFIG, **changed}
    folder = write(tmp_path_factory.mktemp("phi4") / "chat", tensors_of(config), config)
    tokenizer.save(str(folder / "tokenizer.json"))
    return folder


@pytest.fixture
def chat_model(chat_checkpoint: Path) -> Any:
    """A model that can be asked, with an empty cache of 100 MB."""
    from handeye.grounding.phi4 import load

    return load(chat_checkpoint, dtype="fp32", device="cpu", cache_bytes=100_000_000)


@pytest.fixture(scope="session")
def whole() -> tuple[Any, Any, Any]:
    """The same weights in transformers' own whole classes."""
    return parts_of(CONFIG)


@pytest.fixture(scope="session")
def tensors() -> dict[str, Any]:
    return tensors_of(CONFIG)


@pytest.fixture
def written(tmp_path: Path, tensors: dict[str, Any]) -> Callable[..., Path]:
    """Writes a checkpoint of its own for a test that damages it."""

    def make(changes: dict[str, Any] | None = None, shards: int = 1, **settings: Any) -> Path:
        changed = {**tensors, **(changes or {})}
        kept = {key: value for key, value in changed.items() if value is not None}
        return write(tmp_path / "checkpoint", kept, {**CONFIG, **settings}, shards)

    return make


@pytest.fixture(scope="session")
def draw() -> Callable[..., Image.Image]:
    return picture
