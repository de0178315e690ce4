"""A model over several devices. `cpu` and `cpu:0` are two names of one, which is enough to see
that what passes through the layers is handed over, and where each tensor is put."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

for needed in ("torch", "transformers", "accelerate"):
    pytest.importorskip(needed)

from accelerate.hooks import AlignDevicesHook
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from handeye.actions.errors import BackendError
from handeye.grounding.phi4 import IMAGE, load
from handeye.grounding.phi4.memory import (
    Way,
    check_memory,
    container_room,
    needed_bytes,
    placed,
    spare_bytes,
)
from handeye.grounding.phi4.network import build
from handeye.grounding.phi4.placement import Placement, counted, spread

MAP = {"cpu": 1, "cpu:0": 1}


def test_answers_are_those_of_one_device(
    checkpoint: Path, model: Any, draw: Callable[..., Image.Image]
) -> None:
    split = load(checkpoint, dtype="fp32", device_map=MAP)
    first, second = split.language.model.layers
    assert not hasattr(first, "_hf_hook")
    assert isinstance(second._hf_hook, AlignDevicesHook)
    assert second._hf_hook.execution_device == "cpu:0"
    for seed in range(2):
        prompt, images = [5, IMAGE, 9 + seed, 7], [draw(100, 80, seed)]
        assert split.generate(prompt, images, 6) == model.generate(prompt, images, 6)
        assert split.generate(prompt, images, 6) == model.generate(prompt, images, 6)  # cached
        assert split.logits(prompt, images).equal(model.logits(prompt, images))


@pytest.mark.parametrize("mode", ["8bit", "4bit"])
def test_quantised_layers_are_handed_over_too(
    checkpoint: Path, draw: Callable[..., Image.Image], mode: Any
) -> None:
    pytest.importorskip("bitsandbytes")
    prompt, images = [5, IMAGE, 9, 7], [draw(100, 80)]
    one, split = (
        load(checkpoint, dtype="bf16", device="cpu", device_map=devices, load=mode)
        for devices in (None, MAP)
    )
    assert split.logits(prompt, images).equal(one.logits(prompt, images))


def test_parts_are_where_they_are_said_to_be() -> None:
    placement = counted({"cuda:0": 2, "cuda:1": 1})
    assert placement == Placement("cuda:0", ("cuda:0", "cuda:0", "cuda:1"))
    assert placement.devices == ("cuda:0", "cuda:1")
    for place in ("vision.encoder.layers.2.mlp.fc1.weight", "projector.0.bias",
                  "language.model.embed_tokens.weight", "language.model.layers.1.mlp.x"):  # fmt: skip
        assert placement.of(place) == "cuda:0"
    for place in ("language.model.layers.2.mlp.x", "language.model.norm.weight",
                  "language.lm_head.weight"):  # fmt: skip
        assert placement.of(place) == "cuda:1"


@pytest.mark.parametrize("counts", [{"cpu": 1}, {"cpu": 2, "cpu:0": 1}, {"cpu": 3, "cpu:0": -1}])
def test_a_map_places_every_layer_once(checkpoint: Path, counts: dict[str, int]) -> None:
    with pytest.raises(BackendError, match="does not place 2 layers"):
        load(checkpoint, device_map=counts)
    with pytest.raises(BackendError, match="'cuda:99' cannot be used"):
        load(checkpoint, device_map={"cuda:99": 2})


def test_an_empty_map_is_no_map(checkpoint: Path) -> None:
    assert load(checkpoint, device="cpu", device_map={}).device == "cpu"


sizes = st.lists(st.integers(0, 10_000), min_size=1, max_size=5)


@settings(max_examples=100)
@given(sizes, st.integers(1, 60), st.integers(1, 300), st.integers(0, 2000))
def test_layers_are_spread_by_the_room_there_is(
    free: list[int], layers: int, layer: int, ends: int
) -> None:
    rooms = {f"cuda:{n}": size for n, size in enumerate(free)}
    placement = spread(rooms, layers, layer, ends)
    assert len(placement.layers) == layers
    assert list(placement.layers) == sorted(placement.layers)
    most = {device: max(0, size - ends) // layer for device, size in rooms.items()}
    if sum(most.values()) >= layers:
        for device in placement.devices:
            assert placement.layers.count(device) <= most[device]
    if most["cuda:0"] >= layers:
        assert placement.devices == ("cuda:0",)


GIB = 2**30


def test_each_device_is_checked(model: Any) -> None:
    config = model.config.model_copy(
        update={"hidden_size": 5120, "intermediate_size": 17920, "num_hidden_layers": 40,
                "num_attention_heads": 40, "num_key_value_heads": 10, "vocab_size": 100352,
                "max_num_patches": 3600}
    )  # fmt: skip
    parts, full = build(config), Way("bf16", "full")

    def said(free: dict[str, int], counts: dict[str, int] | None = None) -> str:
        with pytest.raises(BackendError) as raised:
            check_memory(parts, config, full, {key: n * GIB for key, n in free.items()}, counts)
        return str(raised.value)

    check_memory(parts, config, full, {"cuda:0": 23 * GIB, "cuda:1": 23 * GIB})
    assert "on cuda:0 and" in said({"cuda:0": 23, "cuda:1": 5}, {"cuda:0": 20, "cuda:1": 20})
    assert "23.0 GiB and 5.0 GiB are free" in said(
        {"cuda:0": 23, "cuda:1": 5}, {"cuda:0": 20, "cuda:1": 20}
    )
    assert "load='8bit'" in said({"cuda:0": 12, "cuda:1": 12})
    way, free = Way("bf16", "4bit"), {"cuda:0": 6 * GIB, "cuda:1": 10 * GIB}
    check_memory(parts, config, way, free)
    placement = placed(parts, config, way, free)
    assert placement.layers.count("cuda:0") < placement.layers.count("cuda:1")
    spare = spare_bytes(needed_bytes(parts, config, way, placement), placement, free)
    assert 0 < spare < 8 * GIB


def test_the_limit_of_a_container_counts(tmp_path: Path) -> None:
    """Control groups as version 2 of the kernel's interface shows them."""
    membership = tmp_path / "cgroup"
    membership.write_text("0::/pod/box\n")
    root = tmp_path / "root"

    def group(name: str, limit: str, taken: int, inactive: int) -> None:
        (root / name).mkdir(parents=True, exist_ok=True)
        (root / name / "memory.max").write_text(f"{limit}\n")
        (root / name / "memory.current").write_text(f"{taken}\n")
        (root / name / "memory.stat").write_text(f"anon 5\ninactive_file {inactive}\n")

    assert list(container_room(membership, root)) == []
    group("pod/box", "max", 500, 0)
    assert list(container_room(membership, root)) == []
    group("pod", "1000", 700, 200)
    assert list(container_room(membership, root)) == [500]
    group("pod/box", "400", 600, 100)
    assert list(container_room(membership, root)) == [0, 500]
    assert list(container_room(tmp_path / "none", root)) == []
