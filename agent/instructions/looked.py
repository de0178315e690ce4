"""Instructions that say what is wanted but not where: the page has to be looked at before acting.

Plain data, as in `program`. Prevents: a value that is only on the page guessed before it is seen.
"""

from typing import Literal

from handeye.actions import Value


class Derived(Value):
    """A text that stands on the page, or follows from what stands there.

    noted: what was looked up before; text: all of what `phrase` holds, or the one text on the page
    that labels nothing; word: the `ordinal`-th word of that, from the end where it is negative;
    value: what belongs to the label `phrase`; solution: the answer to the sum on the page.
    """

    kind: Literal["noted", "text", "word", "value", "solution"]
    phrase: str = ""
    ordinal: int = 0


class Note(Value):
    """Look a text up, for a later step."""

    kind: Literal["note"] = "note"
    source: str = ""
    value: Derived


class Enter(Value):
    """Bring a field to a text that is on the page."""

    kind: Literal["enter"] = "enter"
    source: str = ""
    field: str
    value: Derived


class Transcribe(Value):
    """Bring each field to what the page says beside a label of the same name."""

    kind: Literal["transcribe"] = "transcribe"
    source: str = ""


class Locate(Value):
    """Find a thing; what follows is about it, and about the row or card that it stands in."""

    kind: Literal["locate"] = "locate"
    source: str = ""
    phrase: str


class Through(Value):
    """What follows may be behind other tabs, in closed sections or folders, or on other pages."""

    kind: Literal["through"] = "through"
    source: str = ""
    over: Literal["tabs", "sections", "tree", "pages"]


class Message(Value):
    """Answer the message that was found, or send it on to somebody."""

    kind: Literal["message"] = "message"
    source: str = ""
    how: Literal["reply", "forward"]
    to: str = ""
    text: str = ""


class Pick(Value):
    """Click the one of several alike that has the most or the least of something."""

    kind: Literal["pick"] = "pick"
    source: str = ""
    noun: str
    measure: str = ""
    most: bool


class InOrder(Value):
    """Click numbers one after the other, or drag them into this order."""

    kind: Literal["in_order"] = "in_order"
    source: str = ""
    descending: bool = False
    drag: bool = False


class Move(Value):
    """Drag a thing: in a direction by so many places, to a numbered place, or to a side."""

    kind: Literal["move"] = "move"
    source: str = ""
    phrase: str
    way: tuple[int, int] = (0, 0)
    position: int = 0
    side: str = ""


class Mark(Value):
    """Select the text of something with the mouse."""

    kind: Literal["mark"] = "mark"
    source: str = ""
    phrase: str


class ScrollInside(Value):
    """Scroll something that has its own scroll bar to one of its ends."""

    kind: Literal["scroll_inside"] = "scroll_inside"
    source: str = ""
    phrase: str
    up: bool = False


class ChooseAlike(Value):
    """Click everything that looks or counts as described."""

    kind: Literal["choose_alike"] = "choose_alike"
    source: str = ""
    phrase: str


class Unfold(Value):
    """Open a closed section or menu that has no name of its own in the task."""

    kind: Literal["unfold"] = "unfold"
    source: str = ""
    phrase: str
