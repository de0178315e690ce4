"""V*Bench (Wu and Xie 2023): questions about details of large photographs, with options.

direct_attributes/ and relative_position/ hold NAME.json beside NAME.jpg. The first option is the
right one; they are given to the model in an order of their own, the same in every run.
Source: github.com/penghao-wu/vstar.
"""

import random
from pathlib import Path

from handeye.actions.errors import UsageError
from handeye.grounding.evaluate.datasets.reading import Entry, read_entry, read_json
from handeye.grounding.evaluate.items import ChoiceTarget, Found, Item, Problem

_PARTS = ("direct_attributes", "relative_position")
_PICTURES = (".jpg", ".png", ".jpeg")


class VstarEntry(Entry):
    """The boxes of the objects asked about are in the file too; the official score leaves them."""

    question: str
    options: tuple[str, ...]


def read(folder: Path) -> Found:
    """Both parts. Raises UsageError where there is neither."""
    files = [path for part in _PARTS for path in sorted((folder / part).glob("*.json"))]
    if not files:
        raise UsageError(f"{folder} holds no {' or '.join(_PARTS)}.", "Check --data.")
    return Found.joined(_read_file(path) for path in files)


def _read_file(path: Path) -> Found:
    raw = read_json(path)
    if isinstance(raw, Problem):
        return Found((), (raw,))
    where = f"{path.parent.name}/{path.name}"
    return read_entry(where, raw, VstarEntry, lambda entry: _item(path, entry))


def _item(path: Path, entry: VstarEntry) -> Item:
    part = path.parent.name
    names = [path.with_suffix(ending) for ending in _PICTURES]
    order = list(range(len(entry.options)))
    random.Random(f"{part}/{path.stem}").shuffle(order)
    return Item(
        id=f"{part}/{path.stem}",
        image=next((name for name in names if name.exists()), names[0]),
        instruction=entry.question,
        target=ChoiceTarget(
            options=tuple(entry.options[number] for number in order), right=order.index(0)
        ),
        split=part,
        group=part,
    )
