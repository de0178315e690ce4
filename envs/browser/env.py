"""A web browser as an `Env`: Chromium through Playwright's sync API.

Prevents: clicks that miss on HiDPI screens, a crash or a hang that ends the run, fixed sleeps.
"""

import time
from contextlib import nullcontext
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from handeye.actions import (
    Action,
    Box,
    Size,
    Target,
    Zoom,
    is_grounded,
    map_targets,
)
from handeye.actions.errors import BrowserLostError, NavigationError
from handeye.envs.browser.arriving import PART
from handeye.envs.browser.camera import Camera
from handeye.envs.browser.downloads import MOST_MB
from handeye.envs.browser.elements import COLLECT, listing, page_state
from handeye.envs.browser.gate import typed_by
from handeye.envs.browser.hand import Hand
from handeye.envs.browser.leaving import cut_short, went_by_itself
from handeye.envs.browser.pages import DOWNLOADED, open_url
from handeye.envs.browser.perform import ACTION_SPACE, OPENING_SECONDS, own_seconds, perform
from handeye.envs.browser.session import Session
from handeye.envs.browser.steady import check
from handeye.envs.browser.veil import Veil
from handeye.envs.reach import Reach
from handeye.envs.refused import Refused
from handeye.envs.secrets import Vault
from handeye.envs.settle import CAP_SECONDS, Rest, changed_box, settle
from handeye.envs.types import ActionError, ActionErrorKind, Observation, Outcome, Screenshot

if TYPE_CHECKING:
    from playwright.sync_api import Error

VIEWPORT = Size(width=1280, height=720)
ANSWER_SECONDS = 30.0
"""A page that takes longer than this for one look or one action is ended and opened again."""
FRESH_SECONDS = 0.1
_LOOKS = 5


class BrowserEnv:
    """Chromium with one visible tab; screenshots are device pixels of the viewport.

    `uploads` are the folders that files may be uploaded from. `secrets` are typed by their names
    and shown nowhere. A file of more than `max_download_mb` is not downloaded. Raises
    NavigationError when the first page cannot be opened, BrowserMissingError or BrowserLostError.
    With `reach` each request is judged (gate.py), and what lies under the pointer is looked at
    again just before it is pressed (steady.py); without, nothing is.
    """

    name = "browser"
    action_space = ACTION_SPACE

    def __init__(
        self,
        url: str = "about:blank",
        *,
        headless: bool = True,
        viewport: Size = VIEWPORT,
        device_scale: float = 1.0,
        uploads: tuple[Path, ...] = (),
        secrets: Vault = Vault(),  # noqa: B008
        answer_seconds: float = ANSWER_SECONDS,
        reach: Reach | None = None,
        max_download_mb: float = MOST_MB,
    ) -> None:
        self._uploads = uploads
        self._vault = secrets
        self._veil = Veil(secrets)
        self._answer_seconds = answer_seconds
        self._session = Session(
            headless=headless, viewport=viewport, device_scale=device_scale, reach=reach,
            max_download_mb=max_download_mb,
        )  # fmt: skip
        self._clean = self._session.clean = secrets.redactor.text
        self._session.arrivals.seconds = answer_seconds * PART
        if self._session.gate is not None:
            self._session.gate.typed("\n".join(secrets.values.values()))
        self._camera = Camera(self._session, viewport, device_scale)
        self._seen: Screenshot | None = None
        self._seen_at = 0.0
        self._rest: Rest[Screenshot] | None = None
        self._rest_at = float("-inf")
        self._restless: dict[str, tuple[Box, ...]] = {}
        try:
            self.open(url)
        except BaseException:
            self.close()
            raise

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
        """Wait until the page is at rest, then look. Raises BrowserLostError."""
        from playwright.sync_api import Error

        for _ in range(3):
            page = self._session.page
            try:
                with self._session.deadline.limit(self._answer_seconds):
                    return self._look()
            except Error as error:
                if not went_by_itself(self._session, page, error):
                    self._recover(error)
        raise BrowserLostError(
            f"{self._clean(self._session.last_url)} fails whenever it is looked at.",
            "Try another page.",
        )

    def act(self, action: Action) -> Outcome:
        """Carry out an action and wait until the page is at rest again."""
        from playwright.sync_api import Error

        start, page = time.monotonic(), self._session.page
        error: ActionError | None = None
        note, closer = "", None
        sent = map_targets(action, self._clamped)
        try:
            self._check(action)
            with self._session.deadline.limit(self._answer_seconds + own_seconds(action)):
                if isinstance(sent, Zoom):
                    closer = self._camera.zoomed(sent)
                else:
                    self._prepare(sent)
                    hand = Hand(self._session, self._camera.space, self._uploads, self._vault)
                    note = self._clean(perform(hand, sent))
                    self._veil.remember(self._session.page)
                    self._settle()
        except Refused as refusal:
            error = self._vault.redactor.value(refusal.error)
        except Error as problem:
            if went_by_itself(self._session, page, problem):
                note, error = cut_short(sent)
            else:
                error = self._vault.redactor.value(self._failure(problem))
        error, seconds = self._session.led_nowhere() or error, time.monotonic() - start
        return Outcome(sent=sent, seconds=seconds, error=error, note=note, closer_look=closer)

    def open(self, url: str, *, fresh: bool = False) -> None:
        """Open a page as in a new browser: one tab, no button held, the pointer outside.

        With `fresh` cookies and all else that pages have stored are forgotten too. Raises
        NavigationError when the page cannot be opened.
        """
        from playwright.sync_api import Error

        try:
            with self._session.deadline.limit(self._answer_seconds + OPENING_SECONDS):
                if fresh:
                    self._session.context.close()
                    self._session.open_context()
                    self._camera.forget()
                    self._rest, self._restless = None, {}
                self._session.tidy()
                self._session.network.touched()
                gate = self._session.gate
                with nullcontext() if gate is None else gate.opening():
                    got = open_url(self._session, url)
        except Refused as refusal:
            raise NavigationError(self._clean(refusal.error.message)) from refusal
        except Error as error:
            first = error.message.splitlines()[0].strip().rstrip(".")
            raise NavigationError(self._clean(f"{url}: {first}."), "Check the address.") from error
        if got == DOWNLOADED:
            raise NavigationError(self._clean(f"{url} is {DOWNLOADED}."), "Start at a page.")
        self._session.last_url = self._session.page.url

    def evaluate(self, script: str, argument: Any = None) -> Any:
        """What a JavaScript function answers in the page: JSON, awaited if it is a promise.

        For environments made of this one, to prepare and judge a task; no action leads here.
        Raises BrowserLostError when the page fails or does not answer.
        """
        from playwright.sync_api import Error

        try:
            with self._session.deadline.limit(self._answer_seconds):
                return self._session.page.evaluate(script, argument)
        except Error as error:
            self._recover(error)
            raise BrowserLostError(
                self._clean(f"{self._session.last_url} failed: {error.message.splitlines()[0]}."),
                "Open the page again.",
            ) from error

    def save_downloads_to(self, folder: Path) -> None:
        """Files that pages download are saved here; without a folder they are refused."""
        self._session.downloads.folder = folder

    def close(self) -> None:
        """End the browser. May be called twice."""
        self._session.close()

    def _prepare(self, action: Action) -> None:
        session = self._session
        session.network.touched()
        session.arrivals.forget()
        if session.gate is not None:
            check(session.page, self._camera, self._seen, self._seen_at, action)
            for text in typed_by(action):
                session.gate.typed(text)

    def _clamped(self, target: Target) -> Target:
        if target.point is None:
            return target
        return target.model_copy(update={"point": self._camera.space.clamp(target.point)})

    def _check(self, action: Action) -> None:
        parts = action.actions if action.kind == "batch" else (action,)
        self._vault.check(action)
        for part in parts:
            if part.kind not in self.action_space:
                message = f"A browser cannot {part.kind.replace('_', ' ')}."
                raise Refused(ActionErrorKind.UNSUPPORTED, message)
            if not is_grounded(part):
                message = "A target of the action has no point on the screen."
                raise Refused(ActionErrorKind.UNGROUNDED, message)

    def _look(self) -> Observation:
        session = self._session
        for _ in range(_LOOKS):
            page, fresh = session.page, time.monotonic() - self._rest_at < FRESH_SECONDS
            rest = self._rest if self._rest is not None and fresh else self._settle()
            seen = listing(self._camera.ask_page(COLLECT), session.page, self._camera.space)
            hidden = self._veil.boxes(session.page)
            self._rest_at = float("-inf")
            still = page_state(seen.state, self._camera.space, 0)[:2] == rest.state[:2]
            if session.page is page and (still or rest.settled.reason == "cap"):
                break
        downloads, session.downloads.saved = tuple(map(str, session.downloads.saved)), []
        session.last_url = session.page.url
        self._seen, self._seen_at = rest.frame, time.monotonic()
        look = Observation(
            screenshot=rest.frame,
            url=session.last_url,
            title=seen.title,
            tabs=session.tabs(seen.title),
            elements=seen.elements,
            dialogs=session.dialogs.take(),
            downloads=downloads,
            blocked=session.take_refused(),
            settled=rest.settled,
        )
        return self._vault.redactor.observation(look, map(rest.frame.space.box_from_input, hidden))

    def _settle(self) -> Rest[Screenshot]:
        camera, last, url = self._camera, self._rest, self._session.page.url
        known = self._restless.get(url, ())
        before, state = (last.frame, last.state) if last else (None, None)
        cap = min(CAP_SECONDS, self._answer_seconds / 2)  # looked at before it counts as hung
        rest = settle(camera, before, state, restless=known, cap=cap)
        if rest.settled.reason == "animated" and camera.previous is not None:
            moved = changed_box(camera.previous, rest.frame, [*known, *rest.state.restless])
            if moved is not None:
                self._restless[url] = (*known, moved)[-20:]
        self._rest, self._rest_at = rest, time.monotonic()
        return rest

    def _failure(self, error: "Error") -> ActionError:
        """What a Playwright error means; brings the page back when it is gone."""
        from playwright.sync_api import TimeoutError as PlaywrightTimeout

        hung = self._session.deadline.expired
        if not self._is_gone(error):
            late = isinstance(error, PlaywrightTimeout)
            kind = ActionErrorKind.TIMEOUT if late else ActionErrorKind.INVALID
            return ActionError(kind=kind, message=error.message.splitlines()[0], maybe_done=True)
        self._recover(error)
        what = f"did not answer for {self._answer_seconds:g} s and was ended" if hung else "crashed"
        message = f"The page {what}; it was opened again at {self._session.last_url}."
        return ActionError(kind=ActionErrorKind.CRASHED, message=message, maybe_done=True)

    def _recover(self, error: "Error") -> None:
        self._rest = None
        if self._is_gone(error):
            self._camera.forget()
            self._session.recover()

    def _is_gone(self, error: "Error") -> bool:
        words = ("crashed", "has been closed", "Connection closed")
        gone = any(word in error.message for word in words)
        return gone or self._session.deadline.expired or self._session.crashed
