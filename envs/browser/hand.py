"""What every action needs: the session, the screen's geometry, and the secrets to type."""

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from handeye.actions import Point, ScreenSpace, Target
from handeye.envs.browser.elements import element_at
from handeye.envs.browser.session import Session
from handeye.envs.browser.veil import focused_frame, site_of
from handeye.envs.refused import Refused
from handeye.envs.secrets import Vault
from handeye.envs.types import ActionErrorKind

if TYPE_CHECKING:
    from playwright.sync_api import ElementHandle, Page

POLL_MS = 50.0


class Hand:
    """What the functions below need: the session, the screen's geometry, the allowed folders,
    and the secrets."""

    def __init__(
        self, session: Session, space: ScreenSpace, uploads: tuple[Path, ...], vault: Vault
    ) -> None:
        self.session = session
        self.space = space
        self.uploads = uploads
        self.vault = vault
        self._held: list[ElementHandle] = []

    @property
    def page(self) -> "Page":
        return self.session.page

    def at(self, target: Target) -> Point:
        """The target's point in input units."""
        assert target.point is not None
        return self.space.to_input(target.point)

    def typed(self, text: str) -> str:
        """What to type for a text with names of secrets, where the focus is now.

        Raises Refused where a secret is not meant for that site.
        """
        if not self.vault.used_in(text):
            return text
        return self.vault.fill(text, site_of(focused_frame(self.page)))

    def element(self, target: Target) -> "ElementHandle":
        handle = self.under(self.at(target))
        if handle is None:
            raise Refused(ActionErrorKind.INVALID, f"Nothing lies at {target}.")
        return handle

    def under(self, spot: Point) -> "ElementHandle | None":
        """What lies there, until `let_go`."""
        handle = element_at(self.page, spot)
        if handle is not None:
            self.hold(handle)
        return handle

    def hold(self, handle: "ElementHandle") -> None:
        self._held.append(handle)

    def let_go(self) -> None:
        """Elements that are held stay in the page's memory, one more with each step."""
        from playwright.sync_api import Error

        held, self._held = self._held, []
        for handle in held:
            with suppress(Error):  # its document is gone, and it with it
                handle.dispose()
