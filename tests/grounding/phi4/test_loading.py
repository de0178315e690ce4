"""Checkpoints in one file and in shards, whole and damaged; memory; quantised loading."""

import json
import os
import subprocess
import sys
from collections import namedtuple
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

for needed in ("torch", "transformers", "safetensors"):
    pytest.importorskip(needed)

import psutil
import torch

from handeye.actions.errors import BackendError
from handeye.grounding.phi4 import IMAGE, load
from handeye.grounding.phi4.checkpoint import checkpoint_folder
from handeye.grounding.phi4.config import read_config
from handeye.grounding.phi4.memory import Way, check_memory, needed_bytes
from handeye.grounding.phi4.network import build, place_of, published, stored_bytes
from handeye.grounding.phi4.placement import counted

Written = Callable[..., Path]
LAYER = "model.layers.1.mlp.down_proj.weight"
TOWER = "model.vision_tower.vision_tower.vision_model."
SHARD = "model-00002-of-00003.safetensors"


def load_small(folder: Path | str, **options: Any) -> Any:
    return load(folder, **{"dtype": "fp32", "device": "cpu", **options})


def test_shards_are_the_same_as_one_file(written: Written, model: Any, draw: Any) -> None:
    folder = written(shards=3)
    assert len(list(folder.glob("*.safetensors"))) == 3
    prompt, images = [5, IMAGE, 7], [draw(100, 80)]
    assert torch.equal(load_small(folder).logits(prompt, images), model.logits(prompt, images))


def test_the_vision_weights_are_those_of_the_checkpoint(
    written: Written, tensors: dict[str, Any], model: Any, draw: Any
) -> None:
    key = TOWER + "encoder.layers.0.mlp.fc1.weight"
    other = load_small(written({key: tensors[key] * 1.5}))
    assert torch.equal(other.vision.get_parameter(key.removeprefix(TOWER)), tensors[key] * 1.5)
    assert not torch.allclose(other.encode([draw(64, 64)])[0], model.encode([draw(64, 64)])[0])


def test_what_the_features_do_not_need_is_not_kept(written: Written, model: Any) -> None:
    """The last vision layer and what follows it may be missing, and take no memory."""
    unused = ("head.", "post_layernorm.", "encoder.layers.2.")
    parts = build(model.config)
    assert not any(key.startswith(unused) for key in parts["vision"].state_dict())
    without = {
        key: None
        for key in load_keys(written())
        if key.removeprefix(TOWER).startswith(unused) and key.startswith(TOWER)
    }
    assert len(without) > 20
    assert torch.equal(load_small(written(without)).logits([5, 6]), model.logits([5, 6]))


def load_keys(folder: Path) -> list[str]:
    from safetensors import safe_open

    with safe_open(folder / "model.safetensors", framework="pt") as file:
        return list(file.keys())


def test_every_place_has_its_published_key(model: Any) -> None:
    for place in build(model.config).state_dict():
        assert place_of(published(place), model.config) == place


@pytest.mark.parametrize("stored", [torch.bfloat16, torch.float16])
def test_any_stored_type_is_read(
    written: Written, tensors: dict[str, Any], model: Any, stored: torch.dtype
) -> None:
    half = load_small(written({key: value.to(stored) for key, value in tensors.items()}))
    assert half.language.lm_head.weight.dtype == torch.float32
    got, wanted = half.logits([5, 6, 7]), model.logits([5, 6, 7])
    assert ((got - wanted).norm() / wanted.norm()).item() < 0.02


def fault(folder: Path | str, **options: Any) -> str:
    """The message of the error, which also says what to do."""
    with pytest.raises(BackendError) as raised:
        load_small(folder, **options)
    assert raised.value.fix
    return raised.value.message


def test_folders_that_are_no_checkpoint(tmp_path: Path, written: Written) -> None:
    assert "no folder" in fault(tmp_path / "none")
    assert "has no config.json" in fault(tmp_path)
    file = tmp_path / "file.gguf"
    file.write_bytes(b"GGUF")
    assert "is a file" in fault(file)
    folder = written()
    (folder / "model.safetensors").unlink()
    assert "holds no weights" in fault(folder)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"model_type": "llava"}, "type 'llava'; this code runs 'phi4-siglip'"),
        ({"model_type": None}, "type None"),
        ({"use_s2": True}, "use_s2"),
        ({"tie_word_embeddings": True}, "tie_word_embeddings"),
        ({"rope_scaling": {"type": "longrope"}}, "rope_scaling"),
        ({"hidden_size": "wide"}, "hidden_size"),
        ({"num_attention_heads": 5}, "num_attention_heads does not divide hidden_size"),
        ({"num_key_value_heads": 3}, "num_key_value_heads does not divide"),
        ({"min_num_patches": 65}, "min_num_patches is larger"),
        ({"vision_config": {"hidden_size": 30, "num_attention_heads": 4}}, "vision_config"),
    ],
)
def test_settings_that_cannot_be_used(
    written: Written, settings: dict[str, Any], said: str
) -> None:
    assert said in fault(written(**settings))


@pytest.mark.parametrize("text", ["", "{", "[]", "\x00", '"phi4-siglip"'])
def test_a_config_that_is_none(written: Written, text: str) -> None:
    folder = written()
    (folder / "config.json").write_text(text)
    assert "config.json" in fault(folder)


def test_shards_that_are_missing_are_named(written: Written) -> None:
    folder = written(shards=3)
    (folder / SHARD).unlink()
    assert f"lacks 1 of 3 shards: {SHARD}" in fault(folder)


@pytest.mark.parametrize("kept", [0, 5, 8, 100, -1])
def test_a_shard_that_is_cut_off_is_named(written: Written, kept: int) -> None:
    folder = written(shards=3)
    data = (folder / SHARD).read_bytes()
    (folder / SHARD).write_bytes(data[:kept])
    said = fault(folder)
    assert SHARD in said
    assert "cut off" in said or "no safetensors" in said or "damaged" in said
    if kept == -1:
        assert f"{len(data) - 1:,} bytes of {len(data):,}" in said


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n", "LFS pointer"),
        (b"<!DOCTYPE html><html>not found</html>", "no safetensors file"),
        ((2).to_bytes(8, "little") + b"[]", "damaged"),
        ((9).to_bytes(8, "little") + b'{"a": {}}', "damaged"),
        ((3).to_bytes(8, "little") + b"\xff\xfe{", "damaged"),
    ],
)
def test_files_that_are_no_weights(written: Written, data: bytes, said: str) -> None:
    folder = written()
    (folder / "model.safetensors").write_bytes(data)
    assert said in fault(folder)


def test_bytes_after_the_data_are_damage(written: Written) -> None:
    folder = written()
    with (folder / "model.safetensors").open("ab") as file:
        file.write(b"more")
    assert "damaged" in fault(folder)


@pytest.mark.parametrize(
    ("index", "said"),
    [
        ("{", "no index"),
        ("[]", "no index"),
        ('{"weight_map": 3}', "no index"),
        ('{"weight_map": {}}', "no usable files"),
        ('{"weight_map": {"a": "../other.safetensors"}}', "no usable files: ../other"),
        (json.dumps({"weight_map": {"a.weight": SHARD}}), f"a.weight ({SHARD})"),
    ],
)
def test_an_index_that_cannot_be_used(written: Written, index: str, said: str) -> None:
    folder = written(shards=3)
    (folder / "model.safetensors.index.json").write_text(index)
    assert said in fault(folder)


def test_tensors_that_do_not_fit_are_named(written: Written) -> None:
    assert f"lacks 1 tensors: {LAYER}" in fault(written({LAYER: None}))
    vision = TOWER + "embeddings.patch_embedding.weight"
    assert f"lacks 1 tensors: {vision}" in fault(written({vision: None}))
    extra = {"model.layers.7.mlp.down_proj.weight": torch.zeros(2)}
    assert "model.layers.7.mlp.down_proj.weight (model.safetensors)" in fault(written(extra))
    said = fault(written({LAYER: torch.zeros(64, 127)}))
    assert f"{LAYER} is 64×127, not 64×128 (model.safetensors)" in said
    assert f"{LAYER} is I8" in fault(written({LAYER: torch.zeros(64, 128, dtype=torch.int8)}))
    said = fault(written(num_hidden_layers=4))
    assert "lacks 12 tensors: model.layers.2." in said
    assert "and 7 more" in said


@pytest.mark.parametrize("device", ["cuda:99", "nonsense", "meta:x"])
def test_a_device_that_is_not_there(checkpoint: Path, device: str) -> None:
    assert f"'{device}' cannot be used" in fault(checkpoint, device=device)


@pytest.mark.parametrize("options", [{"dtype": "int4"}, {"load": "2bit"}])
def test_an_unknown_way_of_loading(checkpoint: Path, options: Any) -> None:
    assert "is not known" in fault(checkpoint, **options)


Memory = namedtuple("Memory", "available")


def test_too_little_memory_is_refused_before_loading(
    checkpoint: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(psutil, "virtual_memory", lambda: Memory(available=100_000))
    said = fault(checkpoint)
    assert "on cpu with dtype='fp32', load='full'; 0.1 MiB are free" in said


SHAPE_15B = {
    "hidden_size": 5120, "intermediate_size": 17920, "num_hidden_layers": 40,
    "num_attention_heads": 40, "num_key_value_heads": 10, "vocab_size": 100352,
    "max_position_embeddings": 32768, "min_num_patches": 256, "max_num_patches": 3600,
    "vision_config": {},
}  # fmt: skip


def test_the_published_shape_and_what_it_needs(tmp_path: Path) -> None:
    """No weights: parts on the meta device have shapes only."""
    (tmp_path / "config.json").write_text(
        json.dumps(
            {"model_type": "phi4-siglip", "rms_norm_eps": 1e-5, "rope_theta": 5e5, **SHAPE_15B}
        )
    )
    config = read_config(tmp_path)
    parts = build(config)
    tensors = parts.state_dict().items()
    gib = {
        mode: sum(stored_bytes(place, tensor.shape, 2, mode) for place, tensor in tensors) / 2**30
        for mode in ("full", "8bit", "4bit")
    }
    assert gib["full"] == pytest.approx(28.2, abs=0.15)
    assert gib["4bit"] == pytest.approx(9.3, abs=0.1)
    assert gib["4bit"] < gib["8bit"] < gib["full"]

    def refused(free: float, dtype: str = "bf16", mode: str = "full") -> str:
        with pytest.raises(BackendError) as raised:
            check_memory(parts, config, Way(dtype, mode), {"cuda:0": int(free * 2**30)})
        return str(raised.value)

    assert "dtype='bf16', load='full', which" in refused(40, dtype="fp32")
    assert "load='8bit'" in refused(24)
    assert "dtype='fp16', load='4bit'" in refused(16, dtype="fp16")
    assert "the least is about" in refused(4)
    assert "4.0 GiB are free" in refused(4, mode="4bit")
    way, one = Way("bf16", "full"), counted({"cpu": 40})
    check_memory(parts, config, way, needed_bytes(parts, config, way, one))


@pytest.mark.parametrize(
    ("mode", "stored", "off"), [("8bit", torch.int8, 0.06), ("4bit", torch.uint8, 0.5)]
)
def test_quantised_decoders(
    checkpoint: Path, draw: Any, mode: Any, stored: torch.dtype, off: float
) -> None:
    pytest.importorskip("bitsandbytes")
    full = load_small(checkpoint, dtype="bf16")
    small = load_small(checkpoint, dtype="bf16", load=mode)
    for layer in small.language.model.layers:
        for linear in (layer.self_attn.qkv_proj, layer.self_attn.o_proj,
                       layer.mlp.gate_up_proj, layer.mlp.down_proj):  # fmt: skip
            assert linear.weight.dtype == stored
    assert small.language.lm_head.weight.dtype == torch.bfloat16
    image = draw(100, 80)
    assert torch.equal(small.encode([image])[0], full.encode([image])[0])
    got, wanted = (each.logits([5, IMAGE, 7], [image]).float() for each in (small, full))
    assert 0 < ((got - wanted).norm() / wanted.norm()).item() < off
    assert len(small.generate([5, IMAGE, 7], [image], 4)) == 4


def test_without_bitsandbytes_nothing_is_quantised(
    checkpoint: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "bitsandbytes", None)
    assert "bitsandbytes, which is not installed" in fault(checkpoint, load="4bit")


def run_python(code: str, tmp_path: Path, **env: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "HF_HOME": str(tmp_path / "hf"), **env},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


FROM_HUB = """
from handeye.actions.errors import BackendError
from handeye.grounding.phi4.checkpoint import checkpoint_folder
try:
    print(checkpoint_folder("someone/some-model"))
except BackendError as error:
    print("refused:", error)
"""


def test_a_hub_id_is_found_in_the_cache_of_the_hub(tmp_path: Path) -> None:
    repo = tmp_path / "hf" / "hub" / "models--someone--some-model"
    snapshot = repo / "snapshots" / ("0" * 40)
    snapshot.mkdir(parents=True)
    (snapshot / "config.json").write_text("{}")
    (repo / "refs").mkdir()
    (repo / "refs" / "main").write_text("0" * 40)
    said = run_python(FROM_HUB, tmp_path, HF_HUB_OFFLINE="1")
    assert Path(said.strip()) == snapshot


@pytest.mark.parametrize(
    "env", [{"HF_HUB_OFFLINE": "1"}, {"HF_ENDPOINT": "http://127.0.0.1:9", "HF_HUB_OFFLINE": "0"}]
)
def test_a_hub_that_does_not_answer_is_one_clear_error(tmp_path: Path, env: dict[str, str]) -> None:
    said = run_python(FROM_HUB, tmp_path, **env)
    assert said.startswith("refused: There is no folder someone/some-model, and the hub")


@pytest.mark.parametrize("name", ["../up", "a/b/c", "/no/such", "C:\\no\\such"])
def test_names_that_are_no_hub_id_are_not_looked_up(name: str) -> None:
    with pytest.raises(BackendError, match="no folder"):
        checkpoint_folder(name)


def test_without_its_packages_it_says_what_to_install(tmp_path: Path) -> None:
    code = """
import sys
from handeye.actions.errors import BackendError
from handeye.grounding.phi4 import load
assert not {"torch", "transformers", "safetensors", "huggingface_hub"} & set(sys.modules)
sys.modules["torch"] = None
try:
    load("anything")
except BackendError as error:
    print(error)
"""
    assert "pip install --upgrade 'handeye[phi4]'" in run_python(code, tmp_path)
