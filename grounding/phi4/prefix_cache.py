"""What was computed for a screen, kept for the next question on it.

Prevents: seconds of work for an image that the model has read before, and memory that fills up.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Sequence

from PIL import Image
from torch import Tensor
from transformers import Cache

from handeye.actions import Size
from handeye.grounding.phi4 import IMAGE
from handeye.grounding.phi4.prompt import Prompt
from handeye.grounding.resolution.render import fitted

Unit = int | str
"""A place of a prompt: the id of a token, or the digest of an image."""
Layers = tuple[tuple[Tensor, ...], ...]
"""The keys and values of each decoder layer, (1, heads, positions, width of a head)."""


def named(prompt: Prompt) -> tuple[list[Unit], dict[str, Image.Image]]:
    """The units of a prompt, and its images as RGB by their digests. Raises ImageError."""
    sizes = [Size(width=image.width, height=image.height) for image in prompt.images]
    images = [fitted(image, size) for image, size in zip(prompt.images, sizes, strict=True)]
    digests = [digest_of(image) for image in images]
    following = iter(digests)
    units = [next(following) if token == IMAGE else token for token in prompt.ids]
    return units, dict(zip(digests, images, strict=True))


def start_of(past: Cache, positions: int) -> Layers:
    """Keys and values of the first positions; views, as `past` never changes them."""
    return tuple(
        (layer.keys[:, :, :positions], layer.values[:, :, :positions]) for layer in past.layers
    )


def digest_of(image: Image.Image) -> str:
    """A name for the pixels of an RGB image."""
    pixels = hashlib.sha256(f"{image.width}×{image.height}".encode())
    pixels.update(image.tobytes())
    return pixels.hexdigest()


class PrefixCache:
    """Image features and key-value prefixes, the least recently used dropped first.

    budget: the most bytes that are held; 0 keeps nothing. What is kept is never changed.
    """

    def __init__(self, budget: int) -> None:
        self.budget = budget
        # Features by their digest, prefixes by their units; the last used last.
        self._kept: OrderedDict[str | tuple[Unit, ...], Layers] = OrderedDict()

    @property
    def held(self) -> int:
        """The bytes that are held."""
        return sum(map(_bytes, self._kept.values()))

    def features(self, digest: str) -> Tensor | None:
        """The features of an image, (patches, width), where they are kept."""
        return self._used(digest)[0][0] if digest in self._kept else None

    def keep_features(self, digest: str, features: Tensor) -> None:
        self._keep(digest, ((features,),))

    def longest(self, units: Sequence[Unit], widths: Sequence[int]) -> tuple[int, Layers]:
        """How many units at the start of a prompt are kept, at most all but one, and their keys
        and values. `widths` says how many positions each unit takes."""
        prefixes = [key for key in self._kept if isinstance(key, tuple)]
        best = max(prefixes, key=lambda key: _common(key, units), default=())
        count = min(_common(best, units), len(units) - 1)
        if count < 1:
            return 0, ()
        positions = sum(widths[:count])
        return count, tuple(
            tuple(each[:, :, :positions] for each in layer) for layer in self._used(best)
        )

    def keep_prefix(self, units: Sequence[Unit], layers: Layers) -> None:
        """Keep the keys and values of `units`, unless they are the start of what is kept. What
        is kept and is a start of them makes room."""
        new = tuple(units)
        for key in [key for key in self._kept if isinstance(key, tuple)]:
            common = _common(key, new)
            if common == len(new):
                return
            if common == len(key):
                del self._kept[key]
        self._keep(new, layers)

    def clear(self) -> None:
        self._kept.clear()

    def _used(self, key: str | tuple[Unit, ...]) -> Layers:
        self._kept.move_to_end(key)
        return self._kept[key]

    def _keep(self, key: str | tuple[Unit, ...], layers: Layers) -> None:
        if _bytes(layers) > self.budget:
            return
        self._kept[key] = layers
        while self.held > self.budget:
            self._kept.popitem(last=False)


def _common(one: Sequence[Unit], other: Sequence[Unit]) -> int:
    """How many units both start with."""
    pairs = zip(one, other, strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def _bytes(layers: Layers) -> int:
    """What the tensors hold in memory, which for a view is the whole that it looks at."""
    return sum(each.untyped_storage().nbytes() for layer in layers for each in layer)
