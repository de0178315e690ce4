"""Episodes: what happened, on disk, one event a line, readable after any crash."""

from handeye.episodes.envelope import Meta, Recorded
from handeye.episodes.home import episodes_home, find_episode, list_episodes
from handeye.episodes.reader import (
    Episode,
    RecordedStep,
    open_episode,
    read_episode,
    status_line,
)
from handeye.episodes.replay import ReplayStep, replay
from handeye.episodes.result import RunResult, StopReason, Timing, Verdict
from handeye.episodes.stored import load_elements, load_frame
from handeye.episodes.views import (
    StepSummary,
    in_words,
    show_episode,
    step_summary,
    summarise,
    write_report,
)
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
    "open_episode",
    "read_episode",
    "replay",
    "show_episode",
    "status_line",
    "step_summary",
    "summarise",
    "write_report",
]
