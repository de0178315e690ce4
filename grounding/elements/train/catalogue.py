"""What the icon sets call their icons: from their files and metadata to pictures with terms.

A term is what a person may say for the icon. A set that has no tags takes those of the same icon
in other sets, so that a gear is "settings" everywhere. Prevents: learning shapes ("cog") where
people name functions.
"""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from importlib import resources
from pathlib import PurePosixPath
from typing import NamedTuple

from handeye.grounding.elements.train.functions import FUNCTIONS

Files = Mapping[str, bytes]
Said = dict[str, float]  # term -> how readily an icon is called so
NAME, ALIAS, TAG, BORROWED, FUNCTION = 1.0, 0.8, 0.45, 0.25, 1.2
_MOST_TERMS = 40
_WORD = re.compile(r"[a-z]+|\d+")
_STYLES = frozenset(
    _WORD.findall(
        "outline outlined filled fill line solid regular bold thin light duotone round rounded"
        " sharp variant alt"
    )
)
_LOGOS = re.compile(r"^(brand|logo)-|-logo$|^(microsoft|google|apple|facebook|twitter)\b")


class Icon(NamedTuple):
    """One drawing: which set and what it is called there, with the terms of the set's metadata."""

    set: str
    name: str  # words with spaces, without the style
    svg: bytes
    said: Said


def plain(name: str) -> str:
    """`name` as lower-case words, without what says only the style: "Bell_Outline" is "bell"."""
    found = _WORD.findall(name.lower().replace("_", "-"))
    while len(found) > 1 and found[-1] in _STYLES:
        found.pop()
    return " ".join(found)


def icons(package: str, files: Files) -> Iterator[Icon]:
    """The icons of one package that are no logos."""
    terms = _METADATA.get(package, _none)(files)
    logos = _logos_of(package)
    for path in sorted(files):
        style = _FOLDERS[package].match(path)
        stem = PurePosixPath(path).stem
        if style is None or _LOGOS.search(stem) or stem in logos:
            continue
        key = _key(package, stem)
        if terms.get(key) is None and package in _METADATA:
            continue  # the metadata says that it is a logo, or is of no use
        name = plain(key)
        said = {
            name: NAME,
            **{plain(term): weight for term, weight in (terms.get(key) or {}).items()},
        }
        said = {
            term: weight for term, weight in said.items() if not term.replace(" ", "").isdigit()
        }
        yield Icon(package, name, files[path], said)


def _logos_of(package: str) -> frozenset[str]:
    """The logos of a set that has no metadata to tell them by."""
    listed = resources.files(__package__) / f"{package}-logos.txt"
    return frozenset(listed.read_text().split() if listed.is_file() else ())


def _says(term: str) -> bool:
    return any(char.isalpha() for char in term)


def _key(package: str, stem: str) -> str:
    if package == "@phosphor-icons/core":
        return re.sub(r"-(thin|light|bold|fill|duotone)$", "", stem)
    if package == "remixicon":
        return re.sub(r"-(fill|line)$", "", stem)
    return stem


_FOLDERS = {
    "lucide-static": re.compile(r"icons/[^/]+\.svg"),
    "@mdi/svg": re.compile(r"svg/[^/]+\.svg"),
    "@tabler/icons": re.compile(r"icons/(outline|filled)/[^/]+\.svg"),
    "remixicon": re.compile(r"icons/(?!Logos/)[^/]+/[^/]+\.svg"),
    "@fortawesome/fontawesome-free": re.compile(r"svgs/(regular|solid)/[^/]+\.svg"),
    "bootstrap-icons": re.compile(r"icons/[^/]+\.svg"),
    "@material-design-icons/svg": re.compile(r"(filled|outlined)/[^/]+\.svg"),
    "@phosphor-icons/core": re.compile(r"assets/(regular|fill|bold)/[^/]+\.svg"),
    "teenyicons": re.compile(r"(outline|solid)/[^/]+\.svg"),
}


def _none(_: Files) -> dict[str, Said]:
    return {}


_OF_FEATHER = re.compile(r"derived from the Feather project:\s+(.*?)\n\n", re.DOTALL)


def _lucide(files: Files) -> dict[str, Said]:
    """Without what its licence names as taken from Feather, a set that is kept apart."""
    tags = json.loads(files["tags.json"])
    listed = _OF_FEATHER.search(files.get("LICENSE", b"").decode())
    feather = set(listed[1].split(", ")) if listed else set()
    stems = [PurePosixPath(path).stem for path in files if path.startswith("icons/")]
    return {stem: dict.fromkeys(tags.get(stem, ()), TAG) for stem in stems if stem not in feather}


def _mdi(files: Files) -> dict[str, Said]:
    return {
        icon["name"]: dict.fromkeys(icon["aliases"], ALIAS)
        for icon in json.loads(files["meta.json"])
        if "Brand / Logo" not in icon["tags"] and not icon["deprecated"]
    }


def _tabler(files: Files) -> dict[str, Said]:
    return {
        name: {str(tag): TAG for tag in icon["tags"]}
        for name, icon in json.loads(files["icons.json"]).items()
        if icon["category"] != "Brand"
    }


def _fontawesome(files: Files) -> dict[str, Said]:
    found = {}
    for name, icon in json.loads(files["metadata/icon-families.json"]).items():
        said = {str(term): TAG for term in icon["search"]["terms"]}
        said |= dict.fromkeys(icon.get("aliases", {}).get("names", ()), ALIAS)
        found[name] = {**said, icon["label"]: NAME}
    return found


_PHOSPHOR = re.compile(r'\bname: "([^"]+)",.*?tags: \[(.*?)\]', re.DOTALL)


def _phosphor(files: Files) -> dict[str, Said]:
    text = files["dist/index.mjs"].decode()
    return {
        name: dict.fromkeys(re.findall(r'"([^"*]+)"', tags), TAG)
        for name, tags in _PHOSPHOR.findall(text)
    }


_METADATA: dict[str, Callable[[Files], dict[str, Said]]] = {
    "lucide-static": _lucide,
    "@mdi/svg": _mdi,
    "@tabler/icons": _tabler,
    "@fortawesome/fontawesome-free": _fontawesome,
    "@phosphor-icons/core": _phosphor,
}


def shared_terms(drawn: list[Icon]) -> list[Said]:
    """The terms of each icon with those of the same icon elsewhere and of its function."""
    by_name: dict[str, Said] = defaultdict(dict)
    for icon in drawn:
        for term, weight in icon.said.items():
            kept = by_name[_sorted(icon.name)]
            kept[term] = max(weight, kept.get(term, 0.0))
    functions = _functions()
    found = []
    for icon in drawn:
        said: Said = {}
        relatives = [term for term, weight in icon.said.items() if weight >= ALIAS]
        for relative in relatives:
            for term, weight in by_name.get(_sorted(relative), {}).items():
                said[term] = max(said.get(term, 0.0), BORROWED * min(1.0, 1.5 * weight))
        for name in (icon.name, *relatives):
            said |= dict.fromkeys(functions.get(_sorted(name), ()), FUNCTION)
        for term, weight in icon.said.items():
            said[term] = max(said.get(term, 0.0), weight)
        best = sorted(said.items(), key=lambda pair: (-pair[1], pair[0]))[:_MOST_TERMS]
        found.append(dict(best))
    return found


def _functions() -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for phrases, names in FUNCTIONS:
        for name in names:
            found[_sorted(plain(name))] += phrases
    return found


def _sorted(name: str) -> str:
    """One key for "arrow left" and "left arrow"."""
    return " ".join(sorted(name.split()))
