"""Trains both networks: a picture is to be nearest to what is said of it, of all in its batch."""

import logging
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from handeye.grounding.elements.train.catalogue import Said
from handeye.grounding.elements.train.lexicon import Encoded
from handeye.grounding.elements.train.net import Both
from handeye.grounding.elements.train.resume import take

BATCH, NOTHING = 512, 64
_DECAY, _WARM = 0.02, 70
_KEPT = 0.995  # of the running mean of the weights
_BY_LETTERS = 0.12
_SHARPEST = 40.0
_log = logging.getLogger(__name__)


class Terms(NamedTuple):
    """For each icon, the numbers of its terms and how often each is drawn; padded with -1 and 2."""

    numbers: NDArray[np.int64]
    chances: NDArray[np.float64]
    phrases: list[str]


def numbered(said: Sequence[Said]) -> Terms:
    phrases = sorted({term for terms in said for term in terms})
    number = {phrase: at for at, phrase in enumerate(phrases)}
    most = max(map(len, said))
    numbers = np.full((len(said), most), -1, np.int64)
    chances = np.full((len(said), most), 2.0)
    for row, terms in enumerate(said):
        numbers[row, : len(terms)] = [number[term] for term in terms]
        weights = np.array(list(terms.values()))
        chances[row, : len(terms)] = np.cumsum(weights / weights.sum())
    return Terms(numbers, chances, phrases)


class Cycle(NamedTuple):
    """A part of the training: how long, how fast, from which weights, and how often each icon.

    The first, from no weights, takes of what is said of an icon the most particular, which tells
    icons apart; those after it what is said most readily.
    """

    steps: int
    seed: int
    rate: float
    often: NDArray[np.float64] | None = None
    before: Path | None = None
    seen: NDArray[np.uint8] = np.empty(0, np.uint8)


class Trainer:
    """One training: fixed by its seed, the rounds of pictures and the number of epochs."""

    def __init__(self, terms: Terms, encoded: Encoded, rows: int, cycle: Cycle) -> None:
        torch.manual_seed(cycle.seed)
        self.terms, self.steps, self.often = terms, cycle.steps, cycle.often
        self.particular = cycle.before is None
        self.encoded = [torch.from_numpy(part) for part in encoded]
        self.numbers = torch.from_numpy(terms.numbers)
        self.rng = np.random.default_rng(cycle.seed)
        self.model = Both(rows)
        if cycle.before is not None:
            take(self.model, cycle.before, cycle.seen)
        self.model.to(memory_format=torch.channels_last)
        mean = torch.optim.swa_utils.get_ema_multi_avg_fn(_KEPT)
        self.mean = torch.optim.swa_utils.AveragedModel(
            self.model, multi_avg_fn=mean, use_buffers=True
        )
        self.optimizer = torch.optim.AdamW(self._groups(cycle.rate), weight_decay=_DECAY)
        rates = [group["lr"] for group in self.optimizer.param_groups]
        self.schedule = torch.optim.lr_scheduler.OneCycleLR(
            self.optimizer,
            rates,
            total_steps=self.steps + 1,
            pct_start=min(0.3, _WARM / self.steps),
        )
        self.step = 0

    def _groups(self, rate: float) -> list[dict[str, object]]:
        table = [self.model.phrases.table]
        rest = [p for name, p in self.model.named_parameters() if name != "phrases.table"]
        return [
            {"params": rest, "lr": rate},
            {"params": table, "lr": 2 * rate, "weight_decay": 0.0},
        ]

    def epoch(self, icons: NDArray[np.uint8], nothings: NDArray[np.uint8]) -> float:
        """Train on one round of pictures; the mean loss."""
        self.model.train()
        started, losses = time.monotonic(), []
        for chosen in self._batches(len(icons)):
            if self.step >= self.steps:
                break
            losses.append(self._one(icons, nothings, chosen))
        mean = float(np.mean(losses)) if losses else 0.0
        seconds = time.monotonic() - started
        _log.info("step %d of %d: loss %.3f, %.0f s", self.step, self.steps, mean, seconds)
        return mean

    def _batches(self, count: int) -> Iterator[NDArray[np.int64]]:
        order = self.rng.permutation(count)
        if self.often is not None:
            order = self.rng.choice(count, count, p=self.often)
        size = min(BATCH, count)
        for start in range(0, count - size + 1, size):
            yield order[start : start + size]

    def _one(
        self, icons: NDArray[np.uint8], nothings: NDArray[np.uint8], chosen: NDArray[np.int64]
    ) -> float:
        other = self.rng.integers(0, len(nothings), NOTHING)
        crops = np.concatenate([icons[chosen], nothings[other]])
        seen = self._shaken(torch.from_numpy(crops))
        with torch.autocast("cpu", torch.bfloat16):
            vectors = self.model.pictures(seen)
        vectors = vectors.float()
        loss = self._contrast(vectors[: len(chosen)], torch.from_numpy(chosen))
        is_icon = torch.zeros(len(crops))
        is_icon[: len(chosen)] = 1.0
        logit = self.model.icon_logit(vectors)
        loss = loss + 0.5 * functional.binary_cross_entropy_with_logits(logit, is_icon)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 5.0)
        self.optimizer.step()
        self.schedule.step()
        self.mean.update_parameters(self.model)
        self.step += 1
        return float(loss.detach())

    def _contrast(self, vectors: Tensor, chosen: Tensor) -> Tensor:
        said = self._drawn(chosen.numpy())
        phrases = self._phrases(said)
        sharpness = self.model.sharpness.exp().clamp(max=_SHARPEST)
        fits = sharpness * vectors @ phrases.T
        fits = fits.masked_fill(self._also(chosen, said), -1e4)
        target = torch.arange(len(chosen))
        across = functional.cross_entropy(fits, target)
        return 0.5 * (across + functional.cross_entropy(fits.T, target))

    def _drawn(self, chosen: NDArray[np.int64]) -> Tensor:
        """One term for each icon, the readily said ones more often, or the last and rarest."""
        at = (self.terms.chances[chosen] < self.rng.random((len(chosen), 1))).sum(axis=1)
        counts = (self.terms.numbers[chosen] >= 0).sum(axis=1)
        if self.particular:
            at += self.terms.numbers.shape[1] - counts
        return self.numbers[chosen, np.minimum(at, counts - 1)]

    def _phrases(self, said: Tensor) -> Tensor:
        rows, weights, letter_rows, letter_weights = (part[said] for part in self.encoded)
        by_letters = torch.from_numpy(self.rng.random(len(said)) < _BY_LETTERS)[:, None]
        return self.model.phrases(
            torch.where(by_letters, letter_rows, rows),
            torch.where(by_letters, letter_weights, weights),
        )

    def _also(self, chosen: Tensor, said: Tensor) -> Tensor:
        """Where what is said of another picture fits this one as well: no sign against it."""
        has = torch.zeros(len(chosen), len(self.terms.phrases) + 1, dtype=torch.bool)
        has.scatter_(1, self.numbers[chosen] % (len(self.terms.phrases) + 1), value=True)
        fits = has[:, said]
        fits.fill_diagonal_(False)
        return fits

    def _shaken(self, crops: Tensor) -> Tensor:
        """Shifted a little, fainter or stronger, with a part covered now and then."""
        seen = crops.float().div_(255.0)
        shift = self.rng.integers(-2, 3, 2)
        seen = torch.roll(seen, (int(shift[0]), int(shift[1])), (1, 2))
        power = torch.from_numpy(self.rng.uniform(0.7, 1.4, (len(seen), 1, 1))).float()
        seen = seen.clamp_min(1e-4).pow(power)
        for number in np.flatnonzero(self.rng.random(len(seen)) < 0.08):
            x, y = self.rng.integers(0, 40, 2)
            seen[number, y : y + 9, x : x + 9] = 0.0
        return seen[:, None]
