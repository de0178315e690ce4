"""Episodes: what happened, on disk, one event a line, readable after any crash."""

from handeye.episodes.envelope import Meta, Recorded
from handeye.episodes.home import episodes_home, find_episode, list_episodes
from handeye.episodes.reader import (
    Episode,
    RecordedStep,
    load_elements,
    load_frame,
    read_episode,
    status_line,
)
from handeye.episodes.replay import ReplayStep, replay
from handeye.episodes.report import write_report
from handeye.episodes.result import RunResult, StopReason, Timing, Verdict
from handeye.episodes.show import show_episode
from handeye.episodes.summary import StepSummary, in_words, summarise
from handeye.episodes.writer import EpisodeWriter, Sink

__all__ = [
    "Episode",
    "EpisodeWriter",
    "Meta",
    "Recorded",
    "RecordedStep",
    "ReplayStep",
    "RunResult",
    "Sink",
    "StepSummary",
    "StopReason",
    "Timing",
    "Verdict",
    "episodes_home",
    "find_episode",
    "in_words",
    "list_episodes",
    "load_elements",
    "load_frame",
    "read_episode",
    "replay",
    "show_episode",
    "status_line",
    "summarise",
    "write_report",
]
