"""Doing a recorded episode again: each target is found again before it is acted on."""

from handeye.episodes.replay.heal import Heal, Healed, keep_beside
from handeye.episodes.replay.origin import move_origin
from handeye.episodes.replay.pace import Speed
from handeye.episodes.replay.parameters import Parameter, Values, parameters_of
from handeye.episodes.replay.recall import Recall
from handeye.episodes.replay.run import Judge, ReplayStep, replay
from handeye.episodes.replay.unplaced import by_names, refuse_unplaced, unplaced

__all__ = [
    "Heal",
    "Healed",
    "Judge",
    "Parameter",
    "Recall",
    "ReplayStep",
    "Speed",
    "Values",
    "by_names",
    "keep_beside",
    "move_origin",
    "parameters_of",
    "refuse_unplaced",
    "replay",
    "unplaced",
]
