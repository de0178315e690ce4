"""Dialogs of pages: dismissed unless an action has armed an answer, and told of.

Prevents: a confirm() that is accepted by default, and a page of a thousand alerts that fills every
prompt and recording with them.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Literal

from handeye.actions import Dialog
from handeye.envs.types import DialogSeen

if TYPE_CHECKING:
    from playwright.sync_api import Dialog as PageDialog
    from playwright.sync_api import Page

MOST = 20
"""So many are told of in full between two looks; the rest is counted."""


class Dialogs:
    """`answer` is for the next dialog only; with `hand_over` a person answers them all."""

    def __init__(self) -> None:
        self.answer: Dialog | None = None
        self.hand_over: Callable[[PageDialog], None] | None = None
        self._seen: list[DialogSeen] = []
        self._more = 0

    def attend(self, page: "Page") -> None:
        page.on("dialog", self._answer)

    def take(self) -> tuple[DialogSeen, ...]:
        """Those since this was asked last."""
        seen, more = self._seen, self._more
        self._seen, self._more = [], 0
        if more:
            told = f"{more} more dialogs came after these."
            seen.append(DialogSeen(kind="alert", message=told, accepted=False))
        return tuple(seen)

    def forget(self) -> None:
        self.answer = None
        self.take()

    def _answer(self, dialog: "PageDialog") -> None:
        from playwright.sync_api import Error

        if self.hand_over is not None:
            self.hand_over(dialog)
            return
        answer, self.answer = self.answer, None
        leaving = dialog.type == "beforeunload"
        accepted = answer.accept if answer else leaving
        kind: Literal["alert", "confirm", "prompt", "beforeunload"] = dialog.type  # type: ignore[assignment]
        if len(self._seen) < MOST:
            # A page may send half characters.
            message = dialog.message.encode("utf-8", "replace").decode()
            self._seen.append(DialogSeen(kind=kind, message=message, accepted=accepted))
        else:
            self._more += 1
        with suppress(Error):  # the page went away while it asked
            if accepted:
                dialog.accept(answer.text if answer and dialog.type == "prompt" else None)
            else:
                dialog.dismiss()
