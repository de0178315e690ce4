"""One browser for the tests of a module that do not break it.

Not longer: while it runs, this thread counts as inside an event loop, and has a browser process.
"""

from collections.abc import Iterator

import pytest

from handeye.actions import Goto
from handeye.envs import Element, Observation
from handeye.envs.browser import BrowserEnv


class Driven:
    """A browser env with short ways to say what the tests say often."""

    def __init__(self, env: BrowserEnv) -> None:
        self.env = env

    def open(self, url: str) -> Observation:
        outcome = self.env.act(Goto(url=url))
        assert outcome.ok, outcome.error
        return self.env.observe()

    def find(self, name: str, role: str = "") -> Element:
        """The one element with this name (and role)."""
        seen = self.env.observe().elements or ()
        found = [e for e in seen if e.name == name and role in ("", e.role)]
        assert len(found) == 1, (name, role, [(e.role, e.name) for e in seen])
        return found[0]


@pytest.fixture(scope="module")
def _browser() -> Iterator[BrowserEnv]:
    with BrowserEnv() as env:
        yield env


@pytest.fixture
def driven(_browser: BrowserEnv) -> Iterator[Driven]:
    yield Driven(_browser)
    _browser.act(Goto(url="about:blank"))
    _browser.observe()
