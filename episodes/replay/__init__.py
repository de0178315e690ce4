"""Doing a recorded episode again: each target is found again before it is acted on."""

from handeye.episodes.replay.run import ReplayStep, replay

__all__ = ["ReplayStep", "replay"]
