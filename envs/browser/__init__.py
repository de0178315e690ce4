"""A web browser to look at and act on, through Playwright."""

from handeye.envs.browser.env import BrowserEnv
from handeye.envs.browser.find import FoundBrowser, find_browser

__all__ = ["BrowserEnv", "FoundBrowser", "find_browser"]
