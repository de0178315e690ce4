"""What is left of a run that was cut off: the action under way, the page, the display.

Prevents: an order that is sent twice because the first run was killed while it sent it.
"""

from collections.abc import Callable
from typing import Literal

from handeye.actions import Action, describe
from handeye.actions.errors import UsageError
from handeye.agent.past import history_of
from handeye.episodes import Episode
from handeye.screens import NEW, Screen

InFlight = Literal["ask", "done", "again"]
"""What to do about an action that may have happened: ask a person, take it as done, do it again."""

_PAGES = ("http:", "https:", "file:")


def was_done(action: Action, how: InFlight, ask: Callable[[str], str | None]) -> bool:
    """Whether the action that was under way counts as done."""
    if how != "ask":
        return how == "done"
    said = ask(f"“{describe(action)}” may have been done before the run was cut off. Was it? [y/n]")
    if said is None or said.strip().lower()[:1] not in ("y", "n"):
        raise UsageError(
            f"“{describe(action)}” may have been done before the run was cut off.",
            "Look, and say --in-flight done or --in-flight again.",
        )
    return said.strip().lower()[0] == "y"


def refuse_ended_display(episode: Episode, place: Screen) -> None:
    """A private display ended with its run: to have it as it was, steps would be done again."""
    steps = len(history_of(episode))
    if place.settings.get("display") != NEW or not (steps or episode.in_flight):
        return
    many = "its first step" if steps == 1 else f"its first {steps} steps"
    repeat = f"repeats {many} on a new one" if steps else "begins on a new one"
    raise UsageError(
        f"{episode.id} was on a private display, which ended with it and with all that was open.",
        f"handeye run --fork {episode.id} --at {steps} {repeat}, and goes on from there.",
    )


def last_address(episode: Episode) -> str:
    """Of the last page; a blank tab has none that could be opened."""
    looks = [step.observed.url for step in episode.steps if step.observed]
    return next((url for url in reversed(looks) if url.startswith(_PAGES)), "")
