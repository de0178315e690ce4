"""The screens that a task can be done on: a page in a browser, or a desktop.

Runs, recordings and replays name theirs by the same options, and open it here. Prevents: a
browser or a display that is opened for options that do not go together.
"""

import shlex
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from handeye.actions import Size, Value
from handeye.actions.errors import UsageError
from handeye.agent.limits import Amount
from handeye.envs import Env
from handeye.envs.browser.downloads import MOST_MB
from handeye.envs.domains import origin_of, window_called
from handeye.envs.reach import Reach
from handeye.envs.secrets import Vault
from handeye.episodes import Episode

NEW = "new"
"""The display of this name is a private one, made for the occasion."""
_BROWSER = ("url", "headless", "uploads", "device_scale", "max_download_mb")
_DESKTOP = ("display", "app", "view", "failsafe")


class Where(Value):
    """Which screen. A secret that is bound to nothing is typed on the site of `url` alone, in the
    window that is looked at, or anywhere on a private display.

    `url`, `headless`, `uploads` (folders that files may be uploaded from), `device_scale` and
    `max_download_mb`, the size above which a file is not downloaded, are for a browser.

    The others are for a desktop: `display` is "" for the one that handeye was started on, "new"
    for a private one, else an X11 name; `app` is the command of an application on a private one;
    `view` is the part to look at (all, monitor:1, window:TITLE, region:LEFT,TOP,WIDTH,HEIGHT);
    with `failsafe` a pointer moved into a corner ends the run.

    `size`, in input units, is that of the page or of the private display.
    """

    env: str = "browser"
    url: str = ""
    headless: bool = True
    uploads: tuple[Path, ...] = ()
    device_scale: float | None = None
    max_download_mb: Amount = MOST_MB
    secrets: Vault = Vault()
    display: str = ""
    app: str = ""
    view: str = "all"
    failsafe: bool = True
    size: Size | None = None

    def given(self, names: tuple[str, ...]) -> dict[str, Any]:
        """Those of these options that are not as they are when nobody names them."""
        return {
            name: getattr(self, name)
            for name, field in type(self).model_fields.items()
            if name in names and getattr(self, name) != field.default
        }


def recorded_at(
    episode: Episode, *, url: str = "", display: str = "", app: str = "", headless: bool = True,
    max_download_mb: float = MOST_MB,
) -> Where:  # fmt: skip
    """Where an episode can be done again or gone on with: where it was recorded, or where these
    options name. Raises UsageError for one that was recorded on no such screen."""
    started = episode.started
    if started is None or started.env not in ("browser", "desktop"):
        where = started.env if started else "nowhere"
        raise UsageError(
            f"The episode was recorded in {where!r}, not in a browser or on a desktop.",
            "Show it, or replay it with handeye.episodes.replay and that environment.",
        )
    size, scale = _recorded_size(episode)
    if started.env == "desktop":
        settings = started.settings
        there = display or (NEW if app else settings.get("display", ""))
        new = there == NEW
        return Where(
            env="desktop", url=url, display=there, view=settings.get("view", "all"),
            app=app or (settings.get("app", "") if new else ""),
            failsafe=settings.get("failsafe") != "False",
            size=size if new and "view" not in settings else None,
            headless=headless, max_download_mb=max_download_mb,
        )  # fmt: skip
    if not (start := url or started.url):
        raise UsageError("The episode does not say where it started.", "Add --url http://…")
    return Where(
        url=start, display=display, app=app, headless=headless, size=size, device_scale=scale,
        max_download_mb=max_download_mb,
    )  # fmt: skip


def _recorded_size(episode: Episode) -> tuple[Size | None, float | None]:
    """The size and scale of the recorded screen, so that the page lays out alike."""
    space = next((step.observed.space for step in episode.steps if step.observed), None)
    if space is None:
        return None, None
    width, height = space.size.width / space.scale_x, space.size.height / space.scale_y
    return Size(width=round(width), height=round(height)), space.scale_x


class Screen(NamedTuple):
    """A screen that is not open yet: what can be done on it, and what is told of it."""

    name: str
    start: str
    """The address that a browser starts at."""
    moves: frozenset[str]
    open: Callable[[Reach | None], AbstractContextManager[Env]]
    """With the addresses that a browser may open, or None where it may open all."""
    settings: Mapping[str, object]


def screen_at(where: Where) -> Screen:
    """The screen that the options name. Raises UsageError for what does not go together."""
    if where.env == "browser":
        _refuse(where, _DESKTOP, "a desktop", "Add --env desktop")
        return _browser(where)
    if where.env == "desktop":
        _refuse(where, _BROWSER, "a browser", "Leave it out, or use --env browser")
        return _desktop(where)
    raise UsageError(f"There is no environment called {where.env!r}.", "Use browser or desktop.")


def _refuse(where: Where, options: tuple[str, ...], whose: str, fix: str) -> None:
    if given := where.given(options):
        raise UsageError(f"This is for {whose}: {', '.join(given)}.", f"{fix}.")


def _browser(where: Where) -> Screen:
    from handeye.envs.browser import BrowserEnv
    from handeye.envs.browser.address import start_address

    if not where.url.strip():
        raise UsageError("The run has no address to start at.", "Give one, as in --url http://…")
    start = start_address(where.url)
    look: dict[str, Any] = {"viewport": where.size, "device_scale": where.device_scale}
    vault = where.secrets.bound([origin_of(start)])
    look = {name: value for name, value in look.items() if value is not None}
    return Screen(
        name=BrowserEnv.name,
        start=start,
        moves=BrowserEnv.action_space,
        open=lambda reach: BrowserEnv(
            start,
            headless=where.headless,
            uploads=where.uploads,
            secrets=vault,
            reach=reach,
            max_download_mb=where.max_download_mb,
            **look,
        ),
        settings={"headless": where.headless, **where.given(("max_download_mb",))},
    )


def _desktop(where: Where) -> Screen:
    from handeye.envs.desktop import DesktopEnv, parse_view

    parse_view(where.view)
    if where.display != NEW and (where.app or where.size):
        what = "An application is started" if where.app else "A size is chosen"
        raise UsageError(f"{what} on a private display only.", "Add --display new.")
    command_of(where.app)
    where = where.model_copy(update={"secrets": _for_windows(where)})
    return Screen(
        name=DesktopEnv.name,
        start="",
        moves=DesktopEnv.action_space,
        open=lambda _: _open_desktop(where),
        settings=where.given(_DESKTOP),
    )


def _for_windows(where: Where) -> Vault:
    """The secrets, bound to windows. Raises UsageError where a person's own windows are open, and
    nobody said which of them is meant."""
    if where.display == NEW:
        return where.secrets.bound([window_called("*")])
    kind, _, title = where.view.partition(":")
    if kind == "window":
        return where.secrets.bound([window_called(title.strip())])
    for secret in where.secrets.secrets:
        if not secret.domains:
            raise UsageError(
                f"It is not said into which window the secret {secret.name!r} may be typed.",
                f"Add --secret-domain '{secret.name}=window:TITLE', or window:* for any.",
            )
    return where.secrets


def command_of(app: str) -> list[str]:
    """A command as a list; no shell reads it. Raises UsageError for an open quote."""
    try:
        return shlex.split(app)
    except ValueError as error:
        raise UsageError(f"{app!r} cannot be read: {error}.", "Close the quotes.") from error


@contextmanager
def _open_desktop(where: Where) -> Iterator[Env]:
    """The desktop, with its application on a private display; all of it ends with the block."""
    from handeye.envs.desktop import SCREEN, DesktopEnv, PrivateDisplay, parse_view
    from handeye.grounding.ocr import lines_on, text_on

    with ExitStack() as stack:
        display: str | PrivateDisplay = where.display
        if where.display == NEW:
            display = stack.enter_context(PrivateDisplay(where.size or SCREEN))
            if command := command_of(where.app):
                display.open(command)
        view = parse_view(where.view)
        yield stack.enter_context(
            DesktopEnv(
                display,
                view=view,
                failsafe=where.failsafe,
                read=text_on,
                secrets=where.secrets,
                lines=lines_on,
            )
        )
