"""MiniWoB++ as an `Env`: a seeded task in one page, seen and acted on through `BrowserEnv`.

The agent has the pictures, the elements and the actions of a browser, less those that leave the
page; only this module talks to the page's script, to begin an episode and to read its score.
Source: Liu et al., Reinforcement Learning on Web Interfaces, ICLR 2018, arXiv 1802.08802.
Prevents: a score that was won by reloading the task, and a seed that gives two different pages.
"""

from pathlib import Path
from types import TracebackType
from typing import Self

from handeye.actions import Action, Size, Value
from handeye.actions.errors import BrowserLostError, UsageError
from handeye.envs.browser import BrowserEnv
from handeye.envs.miniwob.tasks import page_of
from handeye.envs.types import ActionError, ActionErrorKind, Observation, Outcome

LONGEST_MS = 2**31 - 1
"""A timer with a longer delay fires at once (HTML standard, timers: a signed 32-bit integer)."""
LEAVING = frozenset(
    {
        *("goto", "back", "forward", "reload"),
        *("new_tab", "switch_tab", "close_tab"),
        *("upload", "download"),
    }
)
"""Kinds of action that have no place in a task of one page."""

_START = (Path(__file__).parent / "start.js").read_text("utf-8")
_SCORE = """() => typeof WOB_DONE_GLOBAL === "undefined" ? null : {
  document: performance.timeOrigin,
  score: { done: WOB_DONE_GLOBAL, raw_reward: WOB_RAW_REWARD_GLOBAL, reward: WOB_REWARD_GLOBAL,
           reason: WOB_REWARD_REASON || "" },
}"""


class Layout(Value):
    """How large the page is shown, and whether with the bar that holds the instruction."""

    viewport: Size
    device_scale: float = 1.0
    instruction: bool


CLASSIC = Layout(viewport=Size(width=160, height=210), instruction=True)
"""The screen of the original benchmark."""

BROWSERGYM = Layout(viewport=Size(width=332, height=214), device_scale=1.5, instruction=False)
"""BrowserGym's: larger, and the instruction is told to the agent only."""


class TaskScore(Value):
    """What a task's page says of the episode.

    `raw_reward` is 0 until the end, then −1 to 1 (a few tasks go lower); between 0 and 1 it is
    partial credit. `reward` is less than that the later it was won. `reason` is the page's word on
    why it ended, most often nothing.
    """

    done: bool = False
    raw_reward: float = 0.0
    reward: float = 0.0
    reason: str = ""

    @property
    def success(self) -> bool:
        """What published scores count: any positive reward."""
        return self.raw_reward > 0


class MiniwobEnv:
    """One browser for any number of episodes, one after the other; `reset` begins each.

    `time_limit` is in milliseconds, or None for the task's own (7 to 30 seconds); BrowserGym's is
    the default. Without `elements` the agent gets pictures only. Raises UsageError for a limit
    that no timer can hold, and what BrowserEnv raises when no browser starts.
    """

    name = "miniwob"
    action_space = BrowserEnv.action_space - LEAVING

    def __init__(
        self,
        layout: Layout = BROWSERGYM,
        *,
        time_limit: int | None = 1_000_000,
        elements: bool = True,
        headless: bool = True,
        answer_seconds: float = 10.0,
    ) -> None:
        if time_limit is not None and not 0 < time_limit <= LONGEST_MS:
            raise UsageError(
                f"A time limit of {time_limit} ms cannot be set.", f"Use 1 to {LONGEST_MS} ms."
            )
        self._layout = layout
        self._time_limit = time_limit
        self._elements = elements
        self._document = 0.0
        self._final: TaskScore | None = TaskScore(done=True, reason="no episode was begun")
        self._browser = BrowserEnv(
            headless=headless,
            viewport=layout.viewport,
            device_scale=layout.device_scale,
            answer_seconds=answer_seconds,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def reset(self, task: str, seed: int) -> str:
        """Begin an episode; its instruction, in words.

        The same seed gives the same page, whatever was done before. Raises UsageError for an
        unknown task, EnvError when the browser fails.
        """
        page = page_of(task)
        self._browser.open(page.as_uri())
        settings = {
            "seed": seed,
            "limit": self._time_limit,
            "instruction": self._layout.instruction,
        }
        begun = self._browser.evaluate(_START, settings)
        self._document, self._final = begun["document"], None
        return str(begun["utterance"])

    def score(self) -> TaskScore:
        """How the episode stands; it is over as well when its page was left, hung or crashed."""
        if self._final is not None:
            return self._final
        score = self._read_score()
        if score.done:
            self._final = score
        return score

    def observe(self) -> Observation:
        """Wait until the page is at rest, then look. Raises BrowserLostError."""
        seen = self._browser.observe()
        return seen if self._elements else seen.model_copy(update={"elements": None})

    def act(self, action: Action) -> Outcome:
        """Carry out an action. Leaving the page is refused, and everything after the end."""
        if self.score().done:
            return _refused(action, "The episode is over.")
        for part in action.actions if action.kind == "batch" else (action,):
            if part.kind in LEAVING:
                what = part.kind.replace("_", " ")
                return _refused(action, f"The task has one page only: there is no {what}.")
        return self._browser.act(action)

    def save_downloads_to(self, folder: Path) -> None:
        """No task has downloads, but the protocol has a place for them."""
        self._browser.save_downloads_to(folder)

    def close(self) -> None:
        """End the browser. May be called twice."""
        self._browser.close()

    def _read_score(self) -> TaskScore:
        try:
            told = self._browser.evaluate(_SCORE)
        except BrowserLostError:
            told = None
        if told is None or told["document"] != self._document:
            return TaskScore(done=True, reason="the task's page was left or lost")
        return TaskScore(**told["score"])


def _refused(action: Action, message: str) -> Outcome:
    error = ActionError(kind=ActionErrorKind.REFUSED, message=message)
    return Outcome(sent=action, seconds=0.0, error=error)
