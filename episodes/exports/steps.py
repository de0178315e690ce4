"""The steps of an episode that did something, as every export needs them.

Prevents: exports that disagree on which steps count.
"""

from collections.abc import Iterator
from itertools import zip_longest
from typing import NamedTuple

from handeye.actions import Action
from handeye.envs import Element, Screenshot
from handeye.episodes.events import Intent, Observed
from handeye.episodes.reader import Episode, RecordedStep
from handeye.episodes.stored import load_elements, load_frame


class Deed(NamedTuple):
    """One action that was done: on which screen, and what the next look showed."""

    step: RecordedStep
    observed: Observed
    intent: Intent
    after: Observed | None

    @property
    def action(self) -> Action:
        return self.intent.action


def deeds(episode: Episode) -> Iterator[Deed]:
    """Every step whose action was sent and did not fail, in order."""
    steps = list(episode.steps)
    for step, following in zip_longest(steps, steps[1:]):
        done = step.acted is not None and step.acted.error is None
        if done and step.observed is not None and step.intent is not None:
            after = following.observed if following else None
            yield Deed(step, step.observed, step.intent, after)


def frame_of(episode: Episode, observed: Observed) -> Screenshot:
    return load_frame(episode, observed)


def elements_of(episode: Episode, observed: Observed) -> tuple[Element, ...]:
    return load_elements(episode, observed) or ()
