"""How far a replayed screen is from the recorded one, as one number with its parts.

Prevents: a replay that goes on acting on another page because a name happens to be there too.
"""

from collections.abc import Sequence
from urllib.parse import urlsplit

from handeye.actions import Value, describe
from handeye.envs import Observation
from handeye.episodes.replay.patch import picture_difference
from handeye.episodes.replay.recall import Recall
from handeye.episodes.replay.refind import Found, Lost, identity, overlap

_WEIGHTS = {"url": 0.3, "title": 0.1, "content": 0.4, "shift": 0.2}
LIMIT = 0.6
"""The score from which the screen counts as another one, even if the target is on it."""

_FAR = 0.5  # of the diagonal: a target that moved this far counts as fully shifted


class Divergence(Value):
    """Each part is 0.0 (as recorded) to 1.0 (nothing alike), None where it cannot be told.

    url: path segments. title: its text. content: which elements are on the screen, or the pictures
    where there are no elements. shift: how far the targets moved. missing: a target was not found.
    """

    url: float | None = None
    title: float | None = None
    content: float | None = None
    shift: float | None = None
    missing: bool = False

    @property
    def score(self) -> float:
        """The weighted mean of the parts that are known; 1.0 when a target is missing."""
        if self.missing:
            return 1.0
        known = {name: part for name in _WEIGHTS if (part := getattr(self, name)) is not None}
        weight = sum(_WEIGHTS[name] for name in known)
        return (
            sum(_WEIGHTS[name] * part for name, part in known.items()) / weight if weight else 0.0
        )


def measure(recalled: Recall, seen: Observation, places: Sequence[Found | Lost]) -> Divergence:
    """Compare a recorded look at the screen with one of now.

    Raises EpisodeCorruptError when the recorded frame is needed and missing or damaged.
    """
    then = recalled.observed
    shifts = [place.shift for place in places if isinstance(place, Found)]
    return Divergence(
        url=_path_difference(then.url, seen.url) if then.url and seen.url else None,
        title=_text_difference(then.title, seen.title) if then.title or seen.title else None,
        content=_content_difference(recalled, seen),
        shift=min(1.0, max(shifts) / _FAR) if shifts else None,
        missing=any(isinstance(place, Lost) for place in places),
    )


def explain(
    recalled: Recall, seen: Observation, places: Sequence[Found | Lost], divergence: Divergence
) -> str:
    """In a sentence, why the screen of now is not the recorded one."""
    then = recalled.observed
    step = f"Step {then.step + 1} ({describe(recalled.intent.action)})"
    here = _page(seen.url, seen.title)
    for place in places:
        if isinstance(place, Lost):
            return f"{step}: looked for {place.looked_for} on {here}; {place.reason}."
    return (
        f"{step}: recorded on {_page(then.url, then.title)}, but this is {here} "
        f"(divergence {divergence.score:.2f})."
    )


def _page(url: str, title: str) -> str:
    path = urlsplit(url).path
    return " ".join(part for part in ("the page" if url else "the screen", path) if part) + (
        f" “{title}”" if title else ""
    )


def _text_difference(first: str, second: str) -> float:
    from rapidfuzz import fuzz

    return 1.0 - fuzz.ratio(first, second) / 100


def _content_difference(recalled: Recall, seen: Observation) -> float:
    if recalled.elements is None or seen.elements is None:
        return picture_difference(recalled.frame, seen.screenshot)
    then, now = (set(map(identity, part)) for part in (recalled.elements, seen.elements))
    return 1.0 - overlap(then, now)


def _path_difference(first: str, second: str) -> float:
    """The part of the path segments that differ; the origin, query and fragment do not count."""
    old, new = (urlsplit(url).path.strip("/").split("/") for url in (first, second))
    same = sum(a == b for a, b in zip(old, new, strict=False))
    return 1.0 - same / max(len(old), len(new))
