"""The model: image features, logits and greedy generation for prompts with images.

Prevents: answers that change with what else is in a batch (every image is encoded alone and
without padding), and prompts that are cut in silence.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from PIL import Image
from torch import Tensor, nn
from transformers import Phi3ForCausalLM, Siglip2VisionModel

from handeye.actions.errors import UsageError
from handeye.grounding.phi4 import IMAGE
from handeye.grounding.phi4.config import Phi4Config
from handeye.grounding.phi4.patches import grid_of, to_patches


@dataclass(frozen=True)
class Phi4:
    """A loaded model; `load` makes it. Prompts are token ids, with IMAGE (−200) for an image.

    An image takes one position per patch (at most 3600 as published); the k-th IMAGE stands for
    the k-th of `images`. Images are Pillow images; files are read by
    `handeye.grounding.images.load_screenshot`.
    """

    config: Phi4Config
    vision: Siglip2VisionModel
    projector: nn.Sequential
    language: Phi3ForCausalLM
    device: str
    dtype: torch.dtype

    def encode(self, images: Sequence[Image.Image]) -> list[Tensor]:
        """The features of each image, (patches, width of the language model), row by row.

        Raises ImageError.
        """
        with torch.inference_mode():
            return [self._features(image) for image in images]

    def logits(self, input_ids: Sequence[int], images: Sequence[Image.Image] = ()) -> Tensor:
        """The scores of the next token after each position, (positions, vocabulary).

        Raises ImageError; UsageError for a prompt that does not fit the model or the images.
        """
        ids = self._checked(input_ids, images, answer=0)
        with torch.inference_mode():
            embeddings = self._embedded(ids, images)
            scores: Tensor = self.language(inputs_embeds=embeddings, use_cache=False).logits[0]
            return scores

    def generate(
        self,
        input_ids: Sequence[int],
        images: Sequence[Image.Image] = (),
        max_new_tokens: int = 4096,
    ) -> list[int]:
        """The likeliest next ids one after the other, until an end token (which is the last) or
        `max_new_tokens`.

        Raises ImageError; UsageError for a prompt that does not fit the model or the images, or
        where prompt and answer together have more positions than the model.
        """
        if max_new_tokens < 1:
            raise UsageError(f"max_new_tokens is {max_new_tokens}.", "It must be 1 or more.")
        ids = self._checked(input_ids, images, answer=max_new_tokens)
        answer: list[int] = []
        with torch.inference_mode():
            step, cache = self._embedded(ids, images), None
            while len(answer) < max_new_tokens:
                out = self.language(
                    inputs_embeds=step, past_key_values=cache, use_cache=True, logits_to_keep=1
                )
                answer.append(int(out.logits[0, -1].argmax()))
                if answer[-1] in self.config.end_tokens:
                    break
                step, cache = self._tokens(answer[-1:])[None], out.past_key_values
        return answer

    def _checked(
        self, input_ids: Sequence[int], images: Sequence[Image.Image], answer: int
    ) -> list[int]:
        """The ids of a prompt that can be run, before anything is computed."""
        ids = [int(token) for token in input_ids]
        marks = ids.count(IMAGE)
        if marks != len(images):
            raise UsageError(
                f"The prompt marks {marks} images; {len(images)} were given.",
                f"Put {IMAGE} once for each image.",
            )
        strange = next((t for t in ids if t != IMAGE and not 0 <= t < self.config.vocab_size), None)
        if strange is not None or not ids:
            raise UsageError(
                f"The id {strange} is no token." if ids else "The prompt is empty.",
                f"Use ids from 0 to {self.config.vocab_size - 1}, and {IMAGE} for an image.",
            )
        grids = [grid_of(image.width, image.height, self.config) for image in images]
        positions = len(ids) - marks + sum(grid.rows * grid.columns for grid in grids)
        most = self.config.max_position_embeddings
        if positions + answer > most:
            wanted = f" and {answer} for the answer" if answer else ""
            raise UsageError(
                f"The prompt takes {positions:,} positions{wanted}; the model has {most:,}.",
                "Use fewer or smaller images, less text, or a lower max_new_tokens.",
            )
        return ids

    def _embedded(self, ids: list[int], images: Sequence[Image.Image]) -> Tensor:
        """The prompt as embeddings, (1, positions, width), every image in its place."""
        pieces: list[Tensor] = []
        start = 0
        marks = [place for place, token in enumerate(ids) if token == IMAGE]
        for mark, image in zip(marks, images, strict=True):
            pieces += [self._tokens(ids[start:mark]), self._features(image)]
            start = mark + 1
        return torch.cat([*pieces, self._tokens(ids[start:])])[None]

    def _tokens(self, ids: list[int]) -> Tensor:
        embedded: Tensor = self.language.model.embed_tokens(
            torch.tensor(ids, dtype=torch.long, device=self.device)
        )
        return embedded

    def _features(self, image: Image.Image) -> Tensor:
        patches, grid = to_patches(image, self.config, self.device)
        hidden = self.vision.embeddings(patches[None], torch.tensor([grid], device=self.device))
        hidden = self.vision.encoder(inputs_embeds=hidden, attention_mask=None).last_hidden_state
        features: Tensor = self.projector(hidden[0])
        return features
