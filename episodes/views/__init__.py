"""An episode for people: in words, as a table in the terminal, as one HTML file."""

from handeye.episodes.views.report import write_report
from handeye.episodes.views.show import show_episode
from handeye.episodes.views.summary import StepSummary, in_words, step_summary, summarise

__all__ = [
    "StepSummary",
    "in_words",
    "show_episode",
    "step_summary",
    "summarise",
    "write_report",
]
