"""Any environment of BrowserGym as an `Env`; whoever holds it carries out the calls.

`send` takes the text of an action and answers with the observation after it: `step` of a BrowserGym
environment, or the other end of an agent's `get_action`. Prevents: two ways to see one page.
"""

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from handeye.actions import Action, Target, map_targets
from handeye.envs.browsergym.looks import bid_at, observation_of
from handeye.envs.browsergym.words import ACTION_SPACE, words_of
from handeye.envs.refused import Refused
from handeye.envs.types import ActionError, ActionErrorKind, Observation, Outcome

ACTION_SUBSETS = ("chat", "infeas", "bid", "coord", "nav", "tab")
"""The subsets of BrowserGym's actions that the calls are from."""

Seen = Mapping[str, Any]
Send = Callable[[str], Seen]


class BrowserGymEnv:
    """What BrowserGym shows, from the first observation on."""

    name = "browsergym"
    action_space = ACTION_SPACE

    def __init__(self, first: Seen, send: Send) -> None:
        self._seen, self._send = first, send
        self._look: Observation | None = None

    def observe(self) -> Observation:
        """The observation after the last action. BrowserGym waits before it takes one."""
        if self._look is None:
            self._look = observation_of(self._seen)
        return self._look

    def act(self, action: Action) -> Outcome:
        """Send an action as BrowserGym's calls; its error is the next observation's."""
        start = time.monotonic()
        space = self.observe().screenshot.space

        def clamped(target: Target) -> Target:
            if target.point is None:
                return target
            return target.model_copy(update={"point": space.clamp(target.point)})

        sent = map_targets(action, clamped)
        error: ActionError | None = None
        try:
            words = words_of(sent, self.observe(), lambda *at: bid_at(self._seen, *at))
            self._seen, self._look = self._send(words), None
            if said := str(self._seen["last_action_error"]).strip():
                message = said.splitlines()[0]
                error = ActionError(kind=ActionErrorKind.INVALID, message=message, maybe_done=True)
        except Refused as refusal:
            error = refusal.error
        return Outcome(sent=sent, seconds=time.monotonic() - start, error=error)

    def save_downloads_to(self, folder: Path) -> None:
        """BrowserGym keeps downloads to itself."""

    def close(self) -> None:
        """Whoever opened the environment closes it."""


def goal_of(seen: Seen) -> str:
    """What is to be done, in words; pictures in a goal are left out."""
    said = [part["text"] for part in seen.get("goal_object", ()) if part.get("type") == "text"]
    return "\n".join(said).strip() or str(seen.get("goal", "")).strip()
