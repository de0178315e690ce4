"""Which device holds which part of the model.

Prevents: one GPU that is full while another is empty.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from accelerate.hooks import AlignDevicesHook, add_hook_to_module

if TYPE_CHECKING:
    from transformers import Phi3ForCausalLM

LAYERS = "language.model.layers."
LAST = ("language.model.norm.", "language.lm_head.")


@dataclass(frozen=True)
class Placement:
    """The first device holds vision, projector and embeddings; each decoder layer has its own in
    `layers`; norm and output layer are where the last of them is."""

    first: str
    layers: tuple[str, ...]

    @property
    def devices(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((self.first, *self.layers)))

    def of(self, place: str) -> str:
        """The device of a tensor of `network.build`'s parts."""
        if place.startswith(LAYERS):
            return self.layers[int(place.removeprefix(LAYERS).partition(".")[0])]
        return self.layers[-1] if place.startswith(LAST) else self.first


def counted(counts: Mapping[str, int]) -> Placement:
    """Decoder layers in order, so many on each device."""
    layers = tuple(device for device, count in counts.items() for _ in range(count))
    return Placement(next(iter(counts)), layers)


def spread(free: Mapping[str, int], layers: int, layer: int, ends: int) -> Placement:
    """`layers` decoder layers over the first devices that together have the room, in proportion
    to it; over all where even they have not.

    free: bytes on each device. layer, ends: the bytes of one layer, and of all that is no layer,
    which is left free on each device as prompts pass through all of them.
    """
    rooms = {device: max(0, room - ends) // layer for device, room in free.items()}
    sums = list(accumulate(rooms.values()))
    enough = next((n for n, room in enumerate(sums, start=1) if room >= layers), len(sums))
    used = dict(list(rooms.items())[:enough])
    total = sum(used.values())
    if not total:
        return counted({next(iter(free)): layers})
    bounds = [round(layers * room / total) for room in accumulate(used.values())]
    counts = (high - low for low, high in zip([0, *bounds], bounds, strict=False))
    return counted(dict(zip(used, counts, strict=True)))


def connect(language: "Phi3ForCausalLM", placement: Placement) -> None:
    """Move what passes through the decoder from device to device (accelerate's hooks). Keys and
    values stay where their layer is."""
    for layer, device in zip(language.model.layers, placement.layers, strict=True):
        if device != placement.first:
            hook = AlignDevicesHook(execution_device=device, skip_keys="cache")
            add_hook_to_module(layer, hook)
