"""Where each tab has been: tells an address that was typed, back, forward and reload apart.

Prevents: a page that a link opened, recorded as an address that the person typed.
"""

from typing import TYPE_CHECKING

from handeye.actions import Action, Back, Forward, Goto, Reload

if TYPE_CHECKING:
    from playwright.sync_api import Page

KEYS = {
    ("F5",): "reload",
    ("Control", "r"): "reload",
    ("Meta", "r"): "reload",
    ("Alt", "ArrowLeft"): "back_forward",
    ("Alt", "ArrowRight"): "back_forward",
}
"""What a browser does on a key although no page asked for it."""
_ERROR_PAGE = "chrome-error:"  # the browser's own, for an address that led nowhere


class History:
    """The addresses of each tab, as far as they were seen."""

    def __init__(self) -> None:
        self._been: dict[Page, list[str]] = {}
        self._at: dict[Page, int] = {}
        self._asked: dict[Page, str] = {}

    def asked(self, page: "Page", url: str) -> None:
        """The person asked for an address."""
        self._asked[page] = url

    def arrived(self, page: "Page", url: str) -> None:
        """A tab has opened an address, by itself or because it was asked to."""
        self._asked.pop(page, None)
        been = self._been.setdefault(page, [])
        del been[self._at.get(page, -1) + 1 :]
        been.append(url)
        self._at[page] = len(been) - 1

    def came(self, page: "Page", how: str, url: str) -> Action | None:
        """What brought a tab to an address, where it was not the page itself."""
        been, at = self._been.get(page, []), self._at.get(page, -1)
        if how in ("back_forward", "reload"):
            self._asked.pop(page, None)
        if how == "back_forward":
            if at > 0 and been[at - 1] == url:
                self._at[page] = at - 1
                return Back()
            if at + 1 < len(been) and been[at + 1] == url:
                self._at[page] = at + 1
                return Forward()
            return None
        if how == "reload":
            return Reload()
        typed = page in self._asked
        if typed and url.startswith(_ERROR_PAGE):
            return None
        self.arrived(page, url)
        return Goto(url=url) if typed and url not in ("", "about:blank") else None
