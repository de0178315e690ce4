"""Doing a recorded episode again: each target is found again before it is acted on."""

from handeye.episodes.replay.heal import Heal, Healed, keep_beside
from handeye.episodes.replay.pace import Speed
from handeye.episodes.replay.parameters import Parameter, Values, parameters_of
from handeye.episodes.replay.run import ReplayStep, replay

__all__ = [
    "Heal",
    "Healed",
    "Parameter",
    "ReplayStep",
    "Speed",
    "Values",
    "keep_beside",
    "parameters_of",
    "replay",
]
