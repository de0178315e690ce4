"""From a model's text to the place that it names, in whatever dialect it was trained to answer.

The text is only read, also where it is code. Prevents: answers that are lost or end a run because
a model wraps its numbers differently, and numbers that are bent until they fit.
"""

import re
from typing import NamedTuple

from handeye.actions import Box, Point, ScreenSpace, Size, Value
from handeye.actions.geometry import box_from_extent, point_from_extent
from handeye.grounding.chat.profiles import Axes, Profile

Numbers = tuple[float, ...]

_TOLERANCE = 0.01  # of the extent: rounding at the edge, which is no other coordinate space
_LONGEST = 20_000  # characters that are read, from the end


class Answer(Value):
    """What a text says, in the model's own numbers.

    places: different ones, each of 2 numbers (a point) or 4 (two corners of a box). Where there
    are none, either the model says that it is not there, or `problem` says why the text is of no
    use.
    """

    places: tuple[Numbers, ...] = ()
    problem: str = ""


class Place(Value):
    """Where that is in screenshot pixels; `problem` instead of a `point` where it is nowhere."""

    point: Point | None = None
    box: Box | None = None
    problem: str = ""

    @property
    def area(self) -> Box | None:
        """The box, or the pixel of the point."""
        if self.box is not None or self.point is None:
            return self.box
        x, y = self.point.x, self.point.y
        return Box(x1=x, y1=y, x2=x + 1, y2=y + 1)


class Dialect(NamedTuple):
    """A way to write a place. `pattern` finds it; its groups hold the numbers.

    named: x and y are called by their names, so x comes first whatever the family's order.
    """

    name: str
    pattern: re.Pattern[str]
    named: bool = False


_N = r"-?[0-9]{1,9}(?:\.[0-9]{0,17})?"
_PAIR = rf"[\[(]\s*{_N}\s*,\s*{_N}\s*[\])]"
_KEYS = "bbox_2d|box_2d|bbox|box|point_2d|point|coordinates|coordinate|position"


def _dialect(name: str, pattern: str, *, named: bool = False) -> Dialect:
    return Dialect(name, re.compile(pattern, re.IGNORECASE), named)


DIALECTS = (
    # {"bbox_2d": [x1, y1, x2, y2]}, {"arguments": {"coordinate": [x, y]}}, {"point": null}
    _dialect("json", rf'"(?:{_KEYS})"\s*:\s*(?:\[+([^\[\]]*)\]|null)'),
    # {"x": 3, "y": 4}, {"x1": 1, "y1": 2, "x2": 3, "y2": 4}
    _dialect(
        "json corners",
        r"\s*,\s*".join(rf'"{at}"\s*:\s*({_N})' for at in ("x1", "y1", "x2", "y2")),
        named=True,
    ),
    _dialect("json point", rf'"x"\s*:\s*({_N})\s*,\s*"y"\s*:\s*({_N})', named=True),
    # <box>(x1,y1),(x2,y2)</box>, <|box_start|>(x,y)<|box_end|>, <point>x y</point>
    _dialect("tags", r"<\|?(?:box_start|box|bbox|point)\|?>([^<>]*)<"),
    # <points x1="3" y1="4">
    _dialect("attributes", rf'<points?\s+x1?="({_N})"\s+y1?="({_N})"', named=True),
    # click(start_box='(x,y)'), CLICK(box=[[x1,y1,x2,y2]])
    _dialect("boxes of calls", r"\b(?:start_box|box|point)\s*=\s*['\"]?[\[(]+([^\[\]()'\"]*)"),
    # pyautogui.click(x=0.3, y=0.4)
    _dialect("keywords", rf"\bx\s*=\s*({_N})\s*,\s*y\s*=\s*({_N})", named=True),
    # click(x, y), pyautogui.click(x, y, clicks=2)
    _dialect("calls", rf"(?:click|tap|moveTo)\w{{0,20}}\(\s*({_N})\s*,\s*({_N})\s*[,)]"),
    # action:CLICK<tab>point:x,y
    _dialect("fields", rf"\bpoint\s*:\s*({_N}\s*,\s*{_N})"),
    # (x1,y1),(x2,y2)
    _dialect("corners", rf"({_PAIR}\s*+,?\s*+{_PAIR})"),
    # [x1, y1, x2, y2], (x, y)
    _dialect("brackets", r"[\[(]([^\[\]()]*)[\])]"),
    _dialect("bare", rf"^\s*+({_N}(?:[\s,]++{_N})+)\s*+\.?\s*+$"),
)

_ABSENT = re.compile(
    r"not[ _](?:found|visible|present|there|exist)|n't (?:exist|see|find)|cannot (?:find|see)"
    r"|no such|\b(?:null|none|infeasible|absent)\b|^\W+$",
    re.IGNORECASE,
)
_THOUGHT = re.compile(r"^.*</(?:\w*think(?:ing)?)>", re.IGNORECASE | re.DOTALL)
_ANSWER_TAG = re.compile(r"^.*<answer>(.*?)(?:</answer>|$)", re.IGNORECASE | re.DOTALL)
_OPEN_THOUGHT = re.compile(r"^\s*<\w*think(?:ing)?>", re.IGNORECASE)


def read_answer(text: str, axes: Axes = "xy") -> Answer:
    """The places in `text`, from the first dialect that it contains. Never raises.

    Their numbers are in the order of `axes`, which is the family's.
    """
    said = _THOUGHT.sub("", text[-_LONGEST:])
    if _OPEN_THOUGHT.match(said):
        return Answer(problem="it is a thought without an answer")
    if tagged := _ANSWER_TAG.match(said):
        said = tagged[1]
    if not said.strip():
        return Answer(problem="it is empty")
    for dialect in DIALECTS:
        found = list(dict.fromkeys(_numbers(match) for match in dialect.pattern.finditer(said)))
        if dialect.name == "brackets":  # which hold other things too
            found = _likeliest(found)
        if found:
            return _answer(found, swap=dialect.named and axes == "yx")
    if _ABSENT.search(said):
        return Answer()
    return Answer(problem="it names no place")


def _numbers(match: re.Match[str]) -> Numbers | None:
    """The numbers of a match, () for "null"; None where something else stands among them."""
    groups = [group for group in match.groups() if group is not None]
    words = re.split(r"[\s,;]+", re.sub(r"[\[\]()]", " ", " ".join(groups)).strip())
    if words == [""]:
        return ()
    if not all(re.fullmatch(_N, word) for word in words):
        return None
    return tuple(float(word) for word in words)


def _likeliest(found: list[Numbers | None]) -> list[Numbers | None]:
    """Without what is not numbers; where some could be a place, only those."""
    numbers = [each for each in found if each]
    return [each for each in numbers if len(each) in (2, 4)] or list(numbers)


def _answer(found: list[Numbers | None], *, swap: bool) -> Answer:
    places = []
    for numbers in found:
        if numbers is None:
            return Answer(problem="its coordinates are no numbers")
        if not _absent(numbers):
            if len(numbers) not in (2, 4):
                return Answer(problem=f"it has {len(numbers)} numbers instead of 2 or 4")
            places.append(_swapped(numbers) if swap else numbers)
    return Answer(places=tuple(places))


def _absent(numbers: Numbers) -> bool:
    """How models without a word for it say that something is not there."""
    return not numbers or set(numbers) == {-1.0} or numbers == (0.0, 0.0, 0.0, 0.0)


def locate(numbers: Numbers, profile: Profile, screen: Size) -> Place:
    """Where `numbers`, in the family's order, are on a screenshot of the size `screen`.

    Never raises for 2 or 4 finite numbers.
    """
    ordered = numbers if profile.axes == "xy" else _swapped(numbers)
    width, height = profile.extent(screen)
    for x, y in zip(ordered[::2], ordered[1::2], strict=True):
        if not (_inside(x, width) and _inside(y, height)):
            return Place(problem=f"({x:g}, {y:g}) is outside of 0 to {width:g} × 0 to {height:g}")
    ordered = tuple(
        min(max(number, 0.0), (width, height)[place % 2]) for place, number in enumerate(ordered)
    )
    if len(ordered) == 2:
        point = point_from_extent(Point(x=ordered[0], y=ordered[1]), width, height, screen)
        return Place(point=ScreenSpace(size=screen).clamp(point))
    x1, y1, x2, y2 = ordered
    if x2 < x1 or y2 < y1:
        return Place(problem=f"[{x1:g}, {y1:g}, {x2:g}, {y2:g}] is no box: its corners are swapped")
    box = box_from_extent(Box(x1=x1, y1=y1, x2=x2, y2=y2), width, height, screen)
    return Place(point=ScreenSpace(size=screen).clamp(box.center), box=box)


def _swapped(numbers: Numbers) -> Numbers:
    """With the two of each pair in the other order."""
    pairs = zip(numbers[1::2], numbers[::2], strict=True)
    return tuple(number for pair in pairs for number in pair)


def _inside(value: float, top: float) -> bool:
    return -_TOLERANCE * top <= value <= (1 + _TOLERANCE) * top
