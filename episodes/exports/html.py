"""The HTML report as one of the formats. Prevents: two ways to write it."""

from handeye.episodes.views.report import save_report as write_html

__all__ = ["write_html"]
