"""Recording what a person does, as an episode like any other."""

from handeye.episodes.record.recorder import Recorder, record

__all__ = ["Recorder", "record"]
