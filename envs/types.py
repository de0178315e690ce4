"""What an environment shows and answers: `Observation`, `Outcome`, and the `Env` protocol.

All positions are screenshot pixels. Prevents: observations as loose dicts, and failures of an
action that end a run instead of being told to the planner.
"""

import hashlib
import io
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

from pydantic import Field

from handeye.actions import Action, Box, ScreenSpace, Value

if TYPE_CHECKING:
    from PIL import Image


class Screenshot(Value):
    """An encoded picture of the screen and how it lies over the input space."""

    data: bytes = Field(repr=False)
    format: Literal["png", "jpeg"] = "png"
    space: ScreenSpace

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()

    @cached_property
    def image(self) -> "Image.Image":
        """The decoded picture, RGB, `space.size` pixels."""
        from PIL import Image

        return Image.open(io.BytesIO(self.data)).convert("RGB")


class Element(Value):
    """Something on the screen that can be named: a control, a link, an image, or a text.

    `role` is the ARIA role ("button", "textbox", "link", "checkbox", "text" for plain text …).
    `hints` are its other names (placeholder, label, title, alt, id words), best first.
    `item` names the repeated thing it stands in (a table row, list item or card) by its position
    among those in view, and `item_text` is the visible text of that thing. `region` names the
    dialog around it, if there is one, and the nearest section or landmark: "dialog Edit › form".

    For the guard: `says` is the visible text where the name is another, `leads_to` the address on
    another host that its link or form leads to, `submits` what stands on the button that Enter in
    it presses, `private` a password field, `origin` the address of the frame of another site that
    it is in.
    """

    role: str
    name: str = ""
    value: str = ""
    hints: tuple[str, ...] = ()
    box: Box
    enabled: bool = True
    editable: bool = False
    focused: bool = False
    checked: bool | Literal["mixed"] | None = None
    selected: bool | None = None
    expanded: bool | None = None
    options: tuple[str, ...] = ()
    item: int | None = None
    item_text: str = ""
    region: str = ""
    tag: str = ""
    frame: str = ""
    says: str = ""
    leads_to: str = ""
    submits: str = ""
    private: bool = False
    origin: str = ""


class Tab(Value):
    url: str
    title: str = ""
    active: bool = False


class DialogSeen(Value):
    """A dialog of the page, and how it was answered."""

    kind: Literal["alert", "confirm", "prompt", "beforeunload"]
    message: str
    accepted: bool


class Blocked(Value):
    """A request of a page that was not sent or not let finish, to which host, and why.

    page: the tab was to go there. frame: a frame in it. data: what was typed was to go there.
    """

    what: Literal["page", "frame", "data", "beacon", "websocket", "address"]
    host: str
    reason: str

    def __str__(self) -> str:
        return f"{self.host}: {self.reason}"


class Settled(Value):
    """Why the environment thought that the screen was ready, and after how long.

    quiet: two frames agreed, DOM and network at rest. animated: only things that never stop
    (spinner, video, clock) were still moving. polling: only requests that never end were open.
    cap: the time ran out.
    """

    reason: Literal["quiet", "animated", "polling", "cap"]
    seconds: float
    frames: int


class Observation(Value):
    """One look at a settled screen.

    `elements` holds what is visible and unobstructed, in reading order of the page's source, or
    is None where the environment cannot list elements (desktop, plain screenshots).
    `dialogs`, `downloads` and `blocked` are what happened since the look before.
    """

    screenshot: Screenshot
    url: str = ""
    title: str = ""
    tabs: tuple[Tab, ...] = ()
    elements: tuple[Element, ...] | None = None
    dialogs: tuple[DialogSeen, ...] = ()
    downloads: tuple[str, ...] = ()
    blocked: tuple[Blocked, ...] = ()
    settled: Settled | None = None


class ActionErrorKind(StrEnum):
    UNSUPPORTED = "unsupported"  # this environment has no such action
    UNGROUNDED = "ungrounded"  # a target has no point
    INVALID = "invalid"  # wrong for what is there: no list, no such tab, no such option
    REFUSED = "refused"  # a rule of the environment forbids it
    TIMEOUT = "timeout"  # what was waited for did not happen
    NAVIGATION = "navigation"  # the address could not be opened
    CHANGED = "changed"  # something else lies there now; the action was not sent
    CRASHED = "crashed"  # the page or the browser died, or hung and was ended


class ActionError(Value):
    """`maybe_done`: the action may have had its effect, so it must not be repeated blindly."""

    kind: ActionErrorKind
    message: str
    maybe_done: bool = False


class Outcome(Value):
    """What became of an action: what was really sent, how long it took, what went wrong."""

    sent: Action
    seconds: float
    error: ActionError | None = None
    note: str = ""
    closer_look: Screenshot | None = None

    @property
    def ok(self) -> bool:
        return self.error is None


class Env(Protocol):
    """A screen to look at and act on. `observe` settles first; `act` never raises for a page."""

    name: str
    action_space: frozenset[str]
    """The `kind`s of action that `act` can carry out."""

    def observe(self) -> Observation:
        """Wait until the screen is quiet, then look. Raises EnvError when nothing is left."""

    def act(self, action: Action) -> Outcome:
        """Carry out one grounded action."""

    def save_downloads_to(self, folder: Path) -> None:
        """Where files go that the environment downloads."""

    def close(self) -> None:
        """End everything that the environment started. May be called twice."""
