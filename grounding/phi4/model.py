"""The model: image features, logits, and answers to prompts with images.

Prevents: answers that change with what else is in a batch (every image is encoded alone and
without padding), and prompts that are cut in silence.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby, islice
from threading import RLock

import torch
from PIL import Image
from torch import Tensor, nn
from transformers import Cache, Phi3ForCausalLM, Siglip2VisionModel

from handeye.actions.errors import BackendError, UsageError
from handeye.grounding.chat.types import Heard
from handeye.grounding.phi4.config import Phi4Config
from handeye.grounding.phi4.constraint import Constraint
from handeye.grounding.phi4.decode import Decoded, Step, decode
from handeye.grounding.phi4.keys_values import begun
from handeye.grounding.phi4.memory import running
from handeye.grounding.phi4.patches import to_patches
from handeye.grounding.phi4.prefix_cache import PrefixCache, Unit, named, start_of
from handeye.grounding.phi4.prompt import Mode, Part, Prompt, Turn, render, widths
from handeye.grounding.phi4.together import Row, go_on, read
from handeye.grounding.phi4.tokens import ChatTokenizer
from handeye.grounding.phi4.transcript import Answer, Transcript


@dataclass(frozen=True)
class Phi4:
    """A loaded model; `load` makes it. Prompts are token ids, with IMAGE (−200) for an image.

    An image takes one position per patch (at most 3600 as published); the k-th IMAGE stands for
    the k-th of `images`. Images are Pillow images; files are read by
    `handeye.grounding.images.load_screenshot`. `tokenizer` is None for a checkpoint without one.
    Threads take turns.
    """

    config: Phi4Config
    vision: Siglip2VisionModel
    projector: nn.Sequential
    language: Phi3ForCausalLM
    device: str
    dtype: torch.dtype
    tokenizer: ChatTokenizer | None = None
    cache: PrefixCache = field(default_factory=lambda: PrefixCache(0))
    _turn: RLock = field(default_factory=RLock, repr=False, compare=False)

    def encode(self, images: Sequence[Image.Image]) -> list[Tensor]:
        """The features of each image, (patches, width of the language model), row by row.

        Raises ImageError; BackendError when memory is too small.
        """
        with torch.inference_mode():
            return [self._features(image) for image in images]

    def logits(self, input_ids: Sequence[int], images: Sequence[Image.Image] = ()) -> Tensor:
        """The scores of the next token after each position, (positions, vocabulary).

        Raises ImageError; UsageError for a prompt that does not fit the model or the images;
        BackendError when memory is too small.
        """
        prompt = Prompt(tuple(map(int, input_ids)), tuple(images))
        widths(prompt, self.config, answer=0)
        units, images_by_digest = named(prompt)
        with self._turn, torch.inference_mode(), running(self.device):
            embeddings = self._embedded(units, images_by_digest)
            scores: Tensor = self.language(inputs_embeds=embeddings[None], use_cache=False).logits
            return scores[0]

    def generate(
        self,
        input_ids: Sequence[int],
        images: Sequence[Image.Image] = (),
        max_new_tokens: int = 4096,
    ) -> list[int]:
        """The likeliest next ids one after the other, until an end token (which is the last) or
        `max_new_tokens`. Raises as `answer`."""
        prompt = Prompt(tuple(map(int, input_ids)), tuple(images))
        return list(self.answer(prompt, max_new_tokens=max_new_tokens).ids)

    def ask(
        self,
        prompt: str | Sequence[Turn],
        images: Sequence[Image.Image] = (),
        mode: Mode = "hybrid",
        max_new_tokens: int = 4096,
        heard: Heard | None = None,
        *,
        constraint: Constraint | None = None,
    ) -> Answer:
        """The answer to a question about `images`, or to a conversation that has its own.

        A text becomes one turn of the user with the images first, each followed by a line break,
        as the published prompts have it. Nothing that callers write becomes a special token or an
        image. `heard` gets the answer piece by piece while it is written, each with "thought" or
        "text". `constraint` holds the answer from its first token on.

        Raises as `answer` and `render`; BackendError for a checkpoint without a tokenizer.
        """
        if isinstance(prompt, str):
            before: list[Part] = [part for image in images for part in (image, "\n")]
            turns: Sequence[Turn] = [Turn("user", (*before, prompt))]
        elif images:
            raise UsageError("Images go into the turns of a conversation.")
        else:
            turns = prompt
        begun = time.monotonic()
        transcript = Transcript(self.chat_tokenizer, mode, heard)
        decoded = self.answer(
            render(turns, mode, self.chat_tokenizer),
            max_new_tokens=max_new_tokens,
            constraint=constraint,
            heard=transcript.take,
        )
        transcript.end()
        return Answer(
            **transcript.written,
            tokens=len(decoded.ids),
            seconds=time.monotonic() - begun,
            finish=decoded.finish,
            prompt_tokens=decoded.prompt_tokens,
            cached_tokens=decoded.cached_tokens,
        )

    def answer(
        self,
        prompt: Prompt,
        *,
        max_new_tokens: int,
        constraint: Constraint | None = None,
        heard: Callable[[int], None] | None = None,
    ) -> Decoded:
        """The likeliest tokens after `prompt`, until an end token (which is the last), the end of
        the constraint, or `max_new_tokens`. `heard` gets every id as it is decoded.

        What the cache holds of the prompt is not computed again; its part up to the end of the
        last image is kept there.

        Raises ImageError; UsageError for a prompt that does not fit the model or the images, or
        where prompt and answer together have more positions than the model; BackendError when
        memory is too small.
        """
        if max_new_tokens < 1:
            raise UsageError(f"max_new_tokens is {max_new_tokens}.", "It must be 1 or more.")
        wide = widths(prompt, self.config, answer=max_new_tokens)
        try:
            with self._turn, torch.inference_mode():
                return self._answer(prompt, wide, max_new_tokens, constraint, heard)
        except BackendError:
            self.cache.clear()  # so that the next prompt has its memory
            raise

    def answer_together(
        self,
        prompts: Sequence[Prompt],
        *,
        max_new_tokens: int,
        constraints: Sequence[Constraint | None] = (),
    ) -> list[Decoded]:
        """What `answer` gives for each prompt, decoded together; `constraints` has one for each.

        Needs memory for the keys and values of all prompts, twice for a moment. Raises what
        `answer` does.
        """
        wide = [widths(prompt, self.config, answer=max_new_tokens) for prompt in prompts]
        end = self.config.end_tokens
        rows = [Row(each, end) for each in constraints or [None for _ in prompts]]
        pasts, known = [], []
        try:
            with self._turn, torch.inference_mode():
                for prompt, taken, row in zip(prompts, wide, rows, strict=True):
                    units, rest, past, count = self._begun(prompt, taken)
                    read(self.language, rest, past, self._tokens, row)
                    self._keep(units, taken, past, count)
                    pasts.append(past)
                    known.append(count)
                go_on(self.language, rows, pasts, self._tokens, max_new_tokens)
        except BackendError:
            self.cache.clear()
            raise
        return [
            self._decoded(row.steps[:max_new_tokens], taken, count, row.constraint)
            for row, taken, count in zip(rows, wide, known, strict=True)
        ]

    def _begun(self, prompt: Prompt, wide: Sequence[int]) -> tuple[list[Unit], Tensor, Cache, int]:
        """The units of a prompt, the embeddings of those that the cache has no keys and values of,
        those that it has, and how many units these are."""
        units, images = named(prompt)
        known, layers = self.cache.longest(units, wide)
        past = begun(self.config.num_hidden_layers, layers)
        return units, self._embedded(units[known:], images), past, known

    def _keep(self, units: Sequence[Unit], wide: Sequence[int], past: Cache, known: int) -> None:
        """Keep what was read up to the end of the last image, if that is new."""
        screens = max((n + 1 for n, unit in enumerate(units) if isinstance(unit, str)), default=0)
        if known < screens and past.get_seq_length() >= sum(wide):
            self.cache.keep_prefix(units[:screens], start_of(past, sum(wide[:screens])))

    def _answer(
        self,
        prompt: Prompt,
        wide: Sequence[int],
        max_new_tokens: int,
        constraint: Constraint | None,
        heard: Callable[[int], None] | None,
    ) -> Decoded:
        units, rest, past, known = self._begun(prompt, wide)
        stream = decode(self.language, rest, past, self._tokens, self.config.end_tokens, constraint)
        kept = False
        steps: list[Step] = []
        for step in islice(stream, max_new_tokens):
            if not kept and past.get_seq_length() >= sum(wide):  # the prompt has been read
                self._keep(units, wide, past, known)
                kept = True
            steps.append(step)
            if heard is not None:
                heard(step.token)
        return self._decoded(steps, wide, known, constraint)

    def _decoded(
        self,
        steps: Sequence[Step],
        wide: Sequence[int],
        known: int,
        constraint: Constraint | None,
    ) -> Decoded:
        whole = constraint.done if constraint else steps[-1].token in self.config.end_tokens
        return Decoded(
            ids=tuple(step.token for step in steps),
            probabilities=tuple(step.probability for step in steps),
            finish="stop" if whole else "length",
            prompt_tokens=sum(wide),
            cached_tokens=sum(wide[:known]),
        )

    @property
    def chat_tokenizer(self) -> ChatTokenizer:
        """The tokenizer. Raises BackendError for a checkpoint without one."""
        if self.tokenizer is None:
            raise BackendError(
                "The checkpoint has no tokenizer.json, so the model cannot be asked in words.",
                "Put the tokenizer.json that was published with the weights into its folder.",
            )
        return self.tokenizer

    def _embedded(self, units: Sequence[Unit], images: Mapping[str, Image.Image]) -> Tensor:
        """Units as embeddings, (positions, width), every image in its place."""
        pieces: list[Tensor] = []
        for is_image, run in groupby(units, key=lambda unit: isinstance(unit, str)):
            if is_image:
                pieces += [self._screen(str(digest), images[str(digest)]) for digest in run]
            else:
                pieces.append(self._tokens([int(token) for token in run]))
        return torch.cat(pieces)

    def _screen(self, digest: str, image: Image.Image) -> Tensor:
        """The features of an image, which are kept."""
        features = self.cache.features(digest)
        if features is None:
            features = self._features(image)
            self.cache.keep_features(digest, features)
        return features

    def _tokens(self, ids: Sequence[int]) -> Tensor:
        embedded: Tensor = self.language.model.embed_tokens(
            torch.tensor(ids, dtype=torch.long, device=self.device)
        )
        return embedded

    def _features(self, image: Image.Image) -> Tensor:
        with running(self.device):
            patches, grid = to_patches(image, self.config, self.device)
            hidden = self.vision.embeddings(patches[None], torch.tensor([grid], device=self.device))
            hidden = self.vision.encoder(inputs_embeds=hidden, attention_mask=None)
            features: Tensor = self.projector(hidden.last_hidden_state[0])
        return features
