"""The desktop as an `Env`: pictures of the screen, pointer and keyboard; no elements.

Prevents: two runs that move one pointer, keys and buttons that stay down, fixed sleeps.
"""

import time
from contextlib import ExitStack, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from handeye.actions import Action, Box, Target, Wait, Zoom, is_grounded, map_targets
from handeye.actions.errors import DisplayError
from handeye.envs.desktop.camera import PATIENT_SECONDS, Camera, Picture
from handeye.envs.desktop.hand import Corner
from handeye.envs.desktop.perform import ACTION_SPACE, Desk, Reader, closer_look, perform
from handeye.envs.desktop.private import PrivateDisplay
from handeye.envs.desktop.system import System, open_system
from handeye.envs.desktop.veil import Lines, Veil
from handeye.envs.desktop.view import View
from handeye.envs.interrupts import put_off
from handeye.envs.refused import Refused
from handeye.envs.secrets import Vault
from handeye.envs.settle import Rest, settle
from handeye.envs.types import ActionError, ActionErrorKind, Observation, Outcome, Screenshot

FRESH_SECONDS = 0.1
ANSWER_SECONDS = 5.0
"""How long a gesture waits, in its middle, for applications that are behind."""
_MOST_RESTLESS = 20
_NOT_ANSWERED = ("hover", "mouse_up", "scroll", "wait", "hold")
"""Actions that often change nothing; their answer, if there is one, comes at once."""


class DesktopEnv:
    """A desktop, looked at as pixels. `display` is an X11 name such as ":1", a private display,
    or "" for the one that handeye was started on.

    `view` is the part that is looked at. `read` reads the text on a picture, for waiting until a
    text appears. `secrets` are typed by their names; `lines` reads where a picture shows them
    (veil.py). With `failsafe` a person stops the run by moving the pointer into a corner.
    Raises DisplayError when there is no usable display, DisplayBusyError when another handeye
    works on it.
    """

    name = "desktop"
    action_space = ACTION_SPACE

    def __init__(
        self,
        display: "str | PrivateDisplay" = "",
        *,
        view: View | None = None,
        failsafe: bool = True,
        read: Reader | None = None,
        secrets: Vault = Vault(),  # noqa: B008
        lines: Lines | None = None,
    ) -> None:
        self._stack = ExitStack()
        try:
            with put_off():
                self._open(display, view or View(), failsafe=failsafe)
        except BaseException:
            self.close()
            raise
        self._vault = secrets
        self._veil = Veil(secrets, self._system, lines)
        self._desk = Desk(
            self._hand, self._camera, self._corner, read,
            vault=secrets, title=self._system.title, typed=self._veil.typed,
        )  # fmt: skip
        self._rest: Rest[Picture] | None = None
        self._rest_at = float("-inf")
        self._restless: dict[str, tuple[Box, ...]] = {}

    def _open(self, display: "str | PrivateDisplay", view: View, *, failsafe: bool) -> None:
        self._system: System = self._stack.enter_context(open_system(display))
        self._camera = Camera(
            view,
            display=self._system.display,
            key_file=self._system.key_file,
            window=self._system.window_box,
            check=self._stop_in_corner,
            busy=self._system.busy,
        )
        self._stack.callback(self._camera.close)
        self._hand = self._system.hand(self._camera.pause, self._rest_now)
        self._stack.callback(self._let_go)
        self._corner = Corner(self._hand, on=failsafe)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def observe(self) -> Observation:
        """Wait until the screen is at rest, then look.

        Raises DisplayError when the display is gone, StoppedError for the fail-safe corner.
        """
        with put_off(), self._system.watched():
            self._stop_in_corner()
            fresh = time.monotonic() - self._rest_at < FRESH_SECONDS
            rest = self._rest if self._rest is not None and fresh else self._settle()
            self._rest_at = float("-inf")
            title = self._vault.redactor.text(self._system.title())
            shown = self._veil.over(rest.frame)
        return Observation(screenshot=shown.screenshot, title=title, settled=rest.settled)

    def act(self, action: Action) -> Outcome:
        """Carry out an action and wait until the screen is at rest again.

        Raises StoppedError for the fail-safe corner: that is the person's word, not the screen's.
        """
        start = time.monotonic()
        error: ActionError | None = None
        note, closer = "", None
        sent = map_targets(action, self._clamped)
        try:
            self._check(action)
            with put_off(), self._system.watched():
                self._stop_in_corner()
                if isinstance(sent, Zoom):
                    closer = self._closer_look(sent)
                else:
                    with self._corner.moving():
                        note = perform(self._desk, sent)
                    self._wait_for_answer(sent)
                    self._settle()
        except Refused as refusal:
            error = self._vault.redactor.value(refusal.error)
        except DisplayError as gone:
            error = ActionError(kind=ActionErrorKind.CRASHED, message=gone.message, maybe_done=True)
        seconds = time.monotonic() - start
        return Outcome(sent=sent, seconds=seconds, error=error, note=note, closer_look=closer)

    def save_downloads_to(self, folder: Path) -> None:
        """What applications save goes where they put it; the desktop downloads nothing."""

    def close(self) -> None:
        """Let go of keys and buttons, and of the display. May be called twice."""
        with put_off():
            self._stack.close()

    def _let_go(self) -> None:
        """A display that is gone holds nothing down."""
        with suppress(DisplayError), self._system.watched():
            self._hand.close()

    def _clamped(self, target: Target) -> Target:
        if target.point is None:
            return target
        return target.model_copy(update={"point": self._camera.space.clamp(target.point)})

    def _check(self, action: Action) -> None:
        parts = action.actions if action.kind == "batch" else (action,)
        self._vault.check(action)
        for part in parts:
            if part.kind == "batch":
                self._check(part)
            elif part.kind not in self.action_space:
                message = f"A desktop cannot {part.kind.replace('_', ' ')}."
                raise Refused(ActionErrorKind.UNSUPPORTED, message)
            elif not is_grounded(part):
                message = "A target of the action has no point on the screen."
                raise Refused(ActionErrorKind.UNGROUNDED, message)

    def _stop_in_corner(self) -> None:
        self._corner.check(self._camera.screen)

    def _settle(self) -> Rest[Picture]:
        camera = self._camera
        title = self._system.title()
        known = self._restless.get(title, ())
        camera.restless = known
        rest = settle(camera, self._rest.frame if self._rest else None, restless=known)
        if rest.settled.reason == "animated" and camera.moved is not None:
            self._restless[title] = (*known, camera.moved)[-_MOST_RESTLESS:]
        self._rest, self._rest_at = rest, time.monotonic()
        return rest

    def _wait_for_answer(self, action: Action) -> None:
        """How long an answer to the action is waited for. Nothing need answer to a move."""
        if isinstance(action, Wait) and action.until == "quiet":
            longest = min(PATIENT_SECONDS, action.seconds)
            self._camera.touched(longest, longest)
        elif action.kind in _NOT_ANSWERED:
            self._camera.touched(reaction=0.0)
        else:
            self._camera.touched()

    def _rest_now(self) -> None:
        """In the middle of a gesture: wait until applications have answered what was sent."""
        self._camera.touched(reaction=0.0)
        settle(self._camera, cap=ANSWER_SECONDS)

    def _closer_look(self, zoom: Zoom) -> Screenshot:
        return closer_look(self._veil.over(self._camera.grab()), zoom.region, zoom.factor)
