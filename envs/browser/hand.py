"""What every action needs: the session and the screen's geometry."""

from pathlib import Path
from typing import TYPE_CHECKING

from handeye.actions import Point, ScreenSpace, Target
from handeye.envs.browser.elements import element_at
from handeye.envs.browser.session import Session
from handeye.envs.refused import Refused
from handeye.envs.types import ActionErrorKind

if TYPE_CHECKING:
    from playwright.sync_api import ElementHandle, Page

POLL_MS = 50.0


class Hand:
    """What the functions below need: the session, the screen's geometry, the allowed folders."""

    def __init__(self, session: Session, space: ScreenSpace, uploads: tuple[Path, ...]) -> None:
        self.session = session
        self.space = space
        self.uploads = uploads

    @property
    def page(self) -> "Page":
        return self.session.page

    def at(self, target: Target) -> Point:
        """The target's point in input units."""
        assert target.point is not None
        return self.space.to_input(target.point)

    def element(self, target: Target) -> "ElementHandle":
        handle = element_at(self.page, self.at(target))
        if handle is None:
            raise Refused(ActionErrorKind.INVALID, f"Nothing lies at {target}.")
        return handle
