"""Keys and values of a prompt and its answer while it is written.

Prevents: all of them, hundreds of megabytes for a screen, being copied for each new token.
"""

from typing import Any

from torch import Tensor
from transformers import Cache
from transformers.cache_utils import DynamicLayer

ROOM = 256  # positions, enough for a question and a grounding


class GrowingLayer(DynamicLayer):  # type: ignore[misc]  # transformers is not type-checked
    """Those of one decoder layer, (1, heads, positions, width of a head), in memory that is larger
    by up to ROOM positions: new ones are written behind the others, which are never changed."""

    def update(
        self, key_states: Tensor, value_states: Tensor, *_: Any, **__: Any
    ) -> tuple[Tensor, Tensor]:
        """Append; all keys and all values."""
        if not self.is_initialized:
            self.lazy_initialization(key_states, value_states)
            self._memory = (key_states[:, :, :0], value_states[:, :, :0])
        start = self.get_seq_length()
        end = start + key_states.shape[-2]
        if end > self._memory[0].shape[-2]:
            self._memory = tuple(_larger(each, start, end + ROOM) for each in self._memory)
        for memory, new in zip(self._memory, (key_states, value_states), strict=True):
            memory[:, :, start:end] = new
        self.keys, self.values = (memory[:, :, :end] for memory in self._memory)
        return self.keys, self.values


def _larger(memory: Tensor, used: int, positions: int) -> Tensor:
    shape = list(memory.shape)
    shape[-2] = positions
    grown = memory.new_empty(shape)
    grown[:, :, :used] = memory[:, :, :used]
    return grown


def begun(layers: int, kept: tuple[tuple[Tensor, ...], ...] = ()) -> Cache:
    """For so many decoder layers, with a copy of the keys and values that are `kept`."""
    cache = Cache(layers=[GrowingLayer() for _ in range(layers)])
    for layer, (keys, values) in zip(cache.layers, kept, strict=False):
        layer.update(keys, values)
    return cache
