"""Every page that the browser is to open is judged before the request is sent, redirects included.

The question is asked by the browser itself, for all its tabs, frames and popups at once, and only
for what can matter: documents, beacons, and addresses that contain what was typed. What else a
page loads (pictures, scripts, styles) costs nothing and goes its way, through the tunnel.
Prevents: a link, a redirect, a popup or a form that leads out of the domains that are allowed, and
what was typed sent along in the address of a picture.
"""

import base64
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, quote_plus

from handeye.actions import Action, Batch, Dialog, Type
from handeye.envs.browser.tunnel import PRIVATE, WEBSOCKET, Tunnel
from handeye.envs.reach import Host, Reach, host_of, scheme_of
from handeye.envs.types import ActionError, ActionErrorKind, Blocked

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, CDPSession, Frame, Page, WebSocketRoute

_SHORT = 4
"""Texts below this length are in many addresses by chance."""
_TEXTS = 40
_MOST = 20
_PERMISSIONS = (
    "geolocation", "notifications", "camera", "microphone", "clipboard-read", "midi",
    "idle-detection", "local-fonts", "window-management", "storage-access", "local-network-access",
)  # fmt: skip
_REASONS = {
    "page": "it is not of a domain that this run may open; add --allow-domain for it",
    "frame": "a form in a frame was to go to a domain that this run may not open",
    "data": "what was typed here was to go there",
    "beacon": "a message in the background to a domain that this run may not open",
    "websocket": "a WebSocket to a domain that this run may not open",
    "address": "it is a private address that nobody named; add --allow-domain for it",
}


class Gate:
    """Judges what one browser asks the network for. `reach` grows by where the start leads to."""

    def __init__(self, reach: Reach) -> None:
        self.reach = reach
        self.tunnel = Tunnel(reach.may_be_private, lambda host: self.reach.has(host), self._cut_off)
        self._devtools: CDPSession | None = None
        self._opening: set[str] | None = None
        self._typed: list[str] = []
        self._blocked: list[Blocked] = []
        self._lock = threading.Lock()

    def watch(self, browser: "Browser") -> None:
        """Judge what this browser asks for from now on."""
        self._devtools = browser.new_browser_cdp_session()
        self._devtools.on("Fetch.requestPaused", self._judge)
        self._ask()

    def attend(self, context: "BrowserContext") -> None:
        """Judge the WebSockets of a context with one empty tab, which the browser does not ask
        about; pages get a no at once, where a browser would ask a person for a permission."""
        from playwright.sync_api import Error

        context.route_web_socket(lambda url: not self.reach.covers(url), self._refuse_socket)
        assert self._devtools is not None
        tab = context.new_cdp_session(context.pages[0])
        own = tab.send("Target.getTargetInfo")["targetInfo"]["browserContextId"]
        tab.detach()
        for name in _PERMISSIONS:
            no = {"permission": {"name": name}, "setting": "denied", "browserContextId": own}
            with suppress(Error):  # this browser has no such permission
                self._devtools.send("Browser.setPermission", no)

    def attend_page(self, page: "Page") -> None:
        """Judge what needs no request, so that the browser does not ask about it either."""
        page.on("framenavigated", self._arrived)
        self._arrived(page.main_frame)

    @contextmanager
    def opening(self) -> Iterator[None]:
        """Within this, where the server of an address that a person named redirects to counts as
        named; where a script of the page goes does not."""
        self._opening = set()
        try:
            yield
        finally:
            self._opening = None

    def typed(self, text: str) -> None:
        """From now on this text goes only to domains that are allowed."""
        pieces = [piece.strip() for piece in text.splitlines()]
        new = [piece for piece in pieces if len(piece) >= _SHORT and piece not in self._typed]
        if new:
            self._typed = [*self._typed, *new][-_TEXTS:]
            self._ask()

    def take(self) -> tuple[Blocked, ...]:
        """What was blocked since this was asked last, each once."""
        with self._lock:
            found, self._blocked = tuple(dict.fromkeys(self._blocked)), []
        return found

    def turned_away(self) -> ActionError | None:
        """What an action ran into that led out of the domains that are allowed, if it did."""
        with self._lock:
            ways = [each for each in self._blocked if each.what in ("page", "frame")]
        if not ways:
            return None
        message = f"The page was not left. {ways[-1]}."
        return ActionError(kind=ActionErrorKind.REFUSED, message=message, maybe_done=True)

    def explained(self, url: str, error: str) -> str:
        """A network error with the tunnel's word for it in place of “the proxy failed”."""
        host = host_of(url)
        found = self.tunnel.failures.get(host, "") if host is not None else ""
        told = "ERR_SOCKS" in error and found not in ("", PRIVATE, WEBSOCKET)
        return found if told else error

    def close(self) -> None:
        self.tunnel.close()

    def _ask(self) -> None:
        patterns = [
            {"urlPattern": "*", "resourceType": "Document"},
            {"urlPattern": "*", "resourceType": "Ping"},
        ]
        if self._typed:
            patterns += [{"urlPattern": "*", "resourceType": kind} for kind in ("XHR", "Fetch")]
        for text in self._typed:
            patterns += [{"urlPattern": f"*{_glob(form)}*"} for form in _forms(text)]
        if self._devtools is not None:
            self._devtools.send("Fetch.enable", {"patterns": patterns})

    def _judge(self, event: dict[str, Any]) -> None:
        from playwright.sync_api import Error

        assert self._devtools is not None
        with suppress(Error):  # the page went away while it asked
            what = self._wrong(event)
            if not what:
                self._devtools.send("Fetch.continueRequest", {"requestId": event["requestId"]})
                return
            self._note(what, event["request"]["url"])
            # An aborted navigation leaves the page as it was; a blocked one shows an error.
            reason = "Aborted" if what in ("page", "frame") else "BlockedByClient"
            failing = {"requestId": event["requestId"], "errorReason": reason}
            self._devtools.send("Fetch.failRequest", failing)

    def _wrong(self, event: dict[str, Any]) -> str:
        """What is wrong with a request: the kind of Blocked that it is, or ""."""
        request, kind = event["request"], event["resourceType"]
        url = request["url"]
        if self.reach.covers(url) or self._redirected(event):
            if kind == "Document" and self._opening is not None:
                self._opening.add(event["requestId"])
            return ""
        if scheme_of(url) in ("about", "data", "chrome-error"):
            return ""
        if kind == "Ping":
            return "beacon"
        if kind != "Document":
            return "data" if self._carries(request) else ""
        main = self._is_tab(event["frameId"])
        if main:
            return "page"
        if request["method"] != "GET":
            return "frame"
        return "data" if self._carries(request) else ""

    def _redirected(self, event: dict[str, Any]) -> bool:
        """Whether the start's own server sends the tab there; that site is allowed from now on."""
        if self._opening is None or event.get("redirectedRequestId") not in self._opening:
            return False
        url = event["request"]["url"]
        if scheme_of(url) not in ("http", "https") or not self._is_tab(event["frameId"]):
            return False
        self.reach = self.reach.with_domain(url)
        return True

    def _is_tab(self, frame: str) -> bool:
        assert self._devtools is not None
        found = self._devtools.send("Target.getTargets")["targetInfos"]
        return any(each["targetId"] == frame and each["type"] == "page" for each in found)

    def _carries(self, request: dict[str, Any]) -> bool:
        """Whether a request that leaves the allowed domains takes along what was typed."""
        entries = request.get("postDataEntries") or ()
        body = b"".join(base64.b64decode(each.get("bytes", "")) for each in entries)
        sent = (request["url"] + "\n" + body.decode("utf-8", "replace")).casefold()
        forms = (form for text in self._typed for form in (text, *_forms(text)))
        return any(form.casefold() in sent for form in forms)

    def _arrived(self, frame: "Frame") -> None:
        """A frame of another site can open a tab with what it has made itself (blob:)."""
        from playwright.sync_api import Error

        url = frame.url
        if frame.parent_frame is not None or scheme_of(url) != "blob" or self.reach.covers(url):
            return
        self._note("page", url.strip()[5:])
        with suppress(Error):  # it closed by itself
            if len(frame.page.context.pages) > 1:
                frame.page.close()
            else:
                frame.page.goto("about:blank")

    def _refuse_socket(self, route: "WebSocketRoute") -> None:
        self._note("websocket", route.url)
        route.close(code=1008, reason="Refused by handeye's policy")

    def _cut_off(self, host: Host, why: str) -> None:
        self._note("websocket" if why == WEBSOCKET else "address", f"http://{host}")

    def _note(self, what: Any, url: str) -> None:
        host = str(host_of(url) or f"{scheme_of(url)}:")
        with self._lock:
            if len(self._blocked) < _MOST:
                self._blocked.append(Blocked(what=what, host=host, reason=_REASONS[what]))


def typed_by(action: Action) -> tuple[str, ...]:
    """The texts that an action enters."""
    if isinstance(action, Batch):
        return tuple(text for part in action.actions for text in typed_by(part))
    return (action.text,) if isinstance(action, (Type, Dialog)) and action.text else ()


def _forms(text: str) -> list[str]:
    """A text as it may stand in an address."""
    data = text.encode("utf-8", "replace")
    codes = [base64.b64encode(data).decode().rstrip("="), data.hex()]
    codes.append(base64.urlsafe_b64encode(data).decode().rstrip("="))
    spelled = [quote(text, safe=""), quote_plus(text), quote(text, safe="!'()*~@:/,;=+$-._")]
    return list(dict.fromkeys([text, *spelled, *codes]))


def _glob(text: str) -> str:
    """A text in which no character stands for others (DevTools' patterns)."""
    return "".join(f"\\{each}" if each in "*?\\" else each for each in text)
