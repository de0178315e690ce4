"""What people call the usual functions, and what icon sets call their drawings.

Learnt beside the sets' own tags, and the list that the model card's figures by function are
measured with. The text file holds one function a line: `phrases : names of drawings`.
"""

from importlib import resources


def _read(line: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    phrases, _, names = line.partition(":")
    return (
        tuple(phrase.strip() for phrase in phrases.split(",")),
        tuple(name.strip() for name in names.split(",")),
    )


_TEXT = (resources.files(__package__) / "functions.txt").read_text(encoding="utf-8")
FUNCTIONS = tuple(_read(line) for line in _TEXT.strip().splitlines())
