"""One training from the registry to the weights and their figures."""

import json
import logging
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from handeye.grounding.elements.icons.model import Model
from handeye.grounding.elements.train import catalogue, render, sets
from handeye.grounding.elements.train.catalogue import Icon, Said
from handeye.grounding.elements.train.export import write
from handeye.grounding.elements.train.fit import BATCH, Cycle, Terms, Trainer, numbered
from handeye.grounding.elements.train.lexicon import Encoded, encoded, listed, size, table_of
from handeye.grounding.elements.train.measure import measure
from handeye.grounding.elements.train.net import Both
from handeye.grounding.elements.train.pool import icon_round, nothing_round
from handeye.grounding.elements.train.resume import take

_CHECK = 900  # the round that is never trained on
_SAMPLE = 1500
_RATES = 2.5e-3, 1.5e-3  # of the first cycle, and of those after it
_USUAL = 4.0
_STEEP = (12.0, 0.5)  # the curve of the likeness until it is measured
_log = logging.getLogger(__name__)


class Settings(NamedTuple):
    """What a training depends on, beside the pinned sets."""

    out: Path
    epochs: tuple[int, ...]  # of each cycle
    rounds: int  # in how many ways icons are drawn for a cycle
    threads: int
    seed: int = 0
    sources: sets.Sources = sets.Sources()
    nothings: int = 12_000  # pictures of no icon in a round
    begin: int = 0  # the first cycle to do; those before it have written into `out`
    most: int | None = None  # drawings of each set; all of them otherwise


FULL = Settings(Path(), (16, 20), 3, 1)
SMALL = Settings(Path(), (24, 12), 1, 1, nothings=1_500, most=400)


class Drawings(NamedTuple):
    """Icons with their masks and all that is said of them."""

    icons: list[Icon]
    masks: NDArray[np.uint8]
    said: list[Said]


def run(settings: Settings) -> dict[str, object]:
    """Train, write the weights and the figures; the figures."""
    started = time.monotonic()
    torch.set_num_threads(settings.threads)
    trained = drawings(settings.sources.icons, settings.sources, settings.most)
    _log.info("%d icons", len(trained.icons))
    lesson = _lesson(trained)
    steps = 0
    for number in range(len(settings.epochs)):
        if number >= settings.begin:
            steps += _cycle(number, trained, lesson, settings)
    curve = _curve(Model(settings.out), trained, settings)
    model = Both(size(lesson.table))
    take(model, settings.out, _seen(trained, settings))
    write(model.eval(), list(lesson.table), lesson.names, curve, settings.out)
    figures = _figures(Model(settings.out), trained, lesson.terms.phrases, settings)
    figures |= {"steps": steps, "seconds": round(time.monotonic() - started)}
    (settings.out / "figures.json").write_text(json.dumps(figures, indent=1) + "\n")
    return figures


class Lesson(NamedTuple):
    """What is said of the icons, as the training takes it."""

    table: dict[str, int]
    names: list[str]
    terms: Terms
    phrases: Encoded


def _lesson(trained: Drawings) -> Lesson:
    table, terms = table_of(trained.said), numbered(trained.said)
    return Lesson(table, listed(trained.said, table), terms, encoded(terms.phrases, table))


def _cycle(number: int, trained: Drawings, lesson: Lesson, settings: Settings) -> int:
    """One cycle, from the weights that the one before has written; its steps."""
    epochs, count = settings.epochs[number], len(trained.icons)
    steps = max(1, epochs * (count // min(BATCH, count)))
    plan = Cycle(steps, settings.seed + number, _RATES[min(number, 1)])
    if number:
        often, seen = _often(trained), _seen(trained, settings)
        plan = plan._replace(often=often, before=settings.out, seen=seen)
    trainer = Trainer(lesson.terms, lesson.phrases, size(lesson.table), plan)
    for epoch in range(epochs):
        drawn = number * settings.rounds + epoch % settings.rounds
        icons = icon_round(drawn, trained.masks, settings.sources.cache)
        trainer.epoch(icons, _nothings(drawn, lesson.terms.phrases, settings))
        model = trainer.mean.module  # written each time, so that what is cut short is of use
        assert isinstance(model, Both)
        write(model, list(lesson.table), lesson.names, _STEEP, settings.out)
    return trainer.step


def _often(trained: Drawings) -> NDArray[np.float64]:
    """How often each icon is shown: those of the usual functions more than the others."""
    usual = [max(said.values()) >= catalogue.FUNCTION for said in trained.said]
    weights = np.where(usual, _USUAL, 1.0)
    found: NDArray[np.float64] = weights / weights.sum()
    return found


def _seen(trained: Drawings, settings: Settings) -> NDArray[np.uint8]:
    icons = icon_round(0, trained.masks, settings.sources.cache)
    return np.array(icons[:: max(1, len(icons) // _SAMPLE)])


def drawings(
    packages: Sequence[sets.Package], sources: sets.Sources, most: int | None = None
) -> Drawings:
    """The icons of these packages that have something to draw, at the `most` so many of each."""
    icons: list[Icon] = []
    for package in packages:
        found = list(catalogue.icons(package.name, sources.files(package)))
        icons += found[:: max(1, len(found) // most)][:most] if most else found
    masks = render.masks([icon.svg for icon in icons], sources.cache)
    said = catalogue.shared_terms(icons)
    kept = [at for at in render.drawable(masks) if said[at]]
    return Drawings([icons[at] for at in kept], masks[kept], [said[at] for at in kept])


def _nothings(number: int, phrases: Sequence[str], settings: Settings) -> NDArray[np.uint8]:
    return nothing_round(number, settings.nothings, phrases, settings.sources)


def _curve(model: Model, trained: Drawings, settings: Settings) -> tuple[float, float]:
    """Slope and middle of the likeness: 0.5 where one in eleven is as close and not meant."""
    rng = np.random.default_rng(settings.seed)
    chosen = np.sort(rng.permutation(len(trained.icons))[:_SAMPLE])
    vectors = model.look_prepared(icon_round(_CHECK, trained.masks[chosen], settings.sources.cache))
    terms = [str(rng.choice(list(trained.said[at]))) for at in chosen]
    fits = vectors @ np.stack([model.phrase(term) for term in terms]).T
    alike = np.array([[term in trained.said[at] for term in terms] for at in chosen])
    right = torch.from_numpy(np.diag(fits).copy())
    wrong = torch.from_numpy(fits[~alike][:: max(1, len(chosen) // 10)].copy())
    values = torch.cat([right, wrong])
    target = torch.cat([torch.ones(len(right)), torch.zeros(len(wrong))])
    curve = torch.tensor([10.0, 0.4], requires_grad=True)
    optimizer = torch.optim.LBFGS([curve], max_iter=100)

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        logit = curve[0] * (values - curve[1])
        loss = torch.nn.functional.binary_cross_entropy_with_logits(logit, target)
        loss.backward()
        return loss

    optimizer.step(closure)
    slope, middle = curve.detach().tolist()
    return slope, middle


def _figures(
    model: Model, trained: Drawings, phrases: Sequence[str], settings: Settings
) -> dict[str, object]:
    """By set, on pictures that were not trained on; of the set kept apart, no picture was."""
    found: dict[str, object] = {}
    sources = settings.sources
    whole = {package.name: _of_set(trained, package.name) for package in sources.icons}
    for package in sources.apart:
        whole[f"{package.name} (apart)"] = drawings([package], sources, settings.most)
    for name, part in whole.items():
        chosen = np.sort(np.random.default_rng(0).permutation(len(part.icons))[:_SAMPLE])
        vectors = model.look_prepared(
            icon_round(_CHECK, part.masks[chosen], settings.sources.cache)
        )
        icons, said = [part.icons[at] for at in chosen], [part.said[at] for at in chosen]
        score = measure(model, vectors, icons, said, settings.seed)
        looks = model.iconness(vectors)
        found[name] = {
            "by name": round(score.by_name, 3),
            "by function": round(score.by_function, 3),
            "phrases by function": score.phrases,
            "taken for icons": round(float((looks > 0.5).mean()), 3),
        }
    vectors = model.look_prepared(_nothings(_CHECK, phrases, settings)[:2000])
    found["no icons, taken for icons"] = round(float((model.iconness(vectors) > 0.5).mean()), 3)
    return found


def _of_set(drawn: Drawings, name: str) -> Drawings:
    at = [number for number, icon in enumerate(drawn.icons) if icon.set == name]
    return Drawings([drawn.icons[n] for n in at], drawn.masks[at], [drawn.said[n] for n in at])
