"""How an evaluator scores what it has got, from 0.0 to 1.0: texts, lists, tables, JSON.

Each takes what was got, what was expected, and options. A file is a path; None is what is not
there. Prevents: an evaluator that takes a file that is not there for an empty one.
"""

import csv
import json
import operator
import re
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

Metric = Callable[[Any, Any, Mapping[str, Any]], float]
JSON_METHODS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "lt": operator.lt,
    "le": operator.le,
    "gt": operator.gt,
    "ge": operator.ge,
    "re": lambda value, wanted: re.search(str(wanted), str(value)) is not None,
    "in": lambda value, wanted: value in wanted,
    "str_list_eq": operator.eq,
    "str_set_eq": lambda value, wanted: set(value) == set(wanted),
}
_BLANKS = re.compile(r"\s+")


def score(metric: str, got: Any, expected: Any, options: Mapping[str, Any]) -> float:
    """0.0 where there is nothing to look at, and where it is not what it should be."""
    if got is None:
        return 0.0
    try:
        return METRICS[metric](got, expected, options)
    except (OSError, ValueError, TypeError, LookupError, AttributeError, re.error, sqlite3.Error):
        return 0.0  # an unreadable file, or one that is no JSON, is not what was wanted


def _text(got: Any) -> str:
    return got.read_text(encoding="utf-8") if isinstance(got, Path) else str(got)


def _exact(got: Any, expected: Any, _: Mapping[str, Any]) -> float:
    return float(got == expected["expected"])


def _in_expected(got: Any, expected: Any, _: Mapping[str, Any]) -> float:
    return float(got in expected["expected"])


def _expected_in(got: Any, expected: Any, _: Mapping[str, Any]) -> float:
    return float(expected["expected"] in got)


def _fuzzy(got: Any, expected: Any, _: Mapping[str, Any]) -> float:
    from rapidfuzz import fuzz

    return fuzz.ratio(_text(got), str(expected["expected"])) / 100


def _literal(got: Any, expected: Any, options: Mapping[str, Any]) -> float:
    fold = str.lower if options.get("ignore_case") else str
    if options.get("type", "str") == "list":
        return float([fold(str(each)) for each in got] == [fold(str(each)) for each in expected])
    return float(fold(str(got)) == fold(str(expected)))


def _included(got: Any, expected: Any, _: Mapping[str, Any]) -> float:
    text = _text(got)
    return float(
        all(each in text for each in expected.get("include", ()))
        and not any(each in text for each in expected.get("exclude", ()))
    )


def _same_text(got: Any, expected: Any, options: Mapping[str, Any]) -> float:
    first, second = _text(got), _text(expected)
    if options.get("ignore_blanks"):
        first, second = (_BLANKS.sub(" ", text.strip()) for text in (first, second))
    if options.get("ignore_case"):
        first, second = first.lower(), second.lower()
    return float(first == second)


def _is_text(got: Any, expected: Any, _: Mapping[str, Any]) -> float:
    return float(_text(got) == expected["expected"])


def _contains(got: Any, expected: Any, _: Mapping[str, Any]) -> float:
    text = _text(got)
    return float(all(each in text for each in expected["expected"]))


def _extension(got: Any, expected: Any, _: Mapping[str, Any]) -> float:
    inside = expected["expected"] in _text(got)
    return float(inside if expected["type"] == "contain" else not inside)


def _lines(got: Any, expected: Any, _: Mapping[str, Any]) -> float:
    """Some line fits each expected pattern, and none an unexpected one."""
    lines = _text(got).splitlines()
    return _each_but_none(lines, expected, lambda pattern, line: bool(re.search(pattern, line)))


def _records(got: Any, expected: Any, _: Mapping[str, Any]) -> float:
    """As `_lines`, on the rows of a table with a header."""
    rows = list(csv.DictReader(_text(got).splitlines()))
    return _each_but_none(rows, expected, lambda wanted, row: wanted.items() <= row.items())


def _each_but_none(
    things: Iterable[Any], rules: Mapping[str, Any], fits: Callable[[Any, Any], bool]
) -> float:
    things = list(things)
    return float(
        all(any(fits(rule, thing) for thing in things) for rule in rules.get("expect", ()))
        and not any(fits(rule, thing) for thing in things for rule in rules.get("unexpect", ()))
    )


def _json(got: Any, expected: Any, _: Mapping[str, Any]) -> float:
    data = json.loads(_text(got))
    return float(
        all(_fits(data, rule) for rule in expected.get("expect", ()))
        and not any(_fits(data, rule) for rule in expected.get("unexpect", ()))
    )


def _fits(data: Any, rule: Mapping[str, Any]) -> bool:
    """Whether the value at the end of the path `key` is as the rule says."""
    for key in rule["key"]:
        inside = isinstance(data, list) and isinstance(key, int) and -len(data) <= key < len(data)
        if not (inside or (isinstance(data, dict) and key in data)):
            return False
        data = data[key]
    return JSON_METHODS[rule["method"]](data, rule.get("ref"))


def _settings(got: Any, expected: Any, _: Mapping[str, Any]) -> float:
    return float(expected["expected"].items() <= json.loads(_text(got)).items())


def _database(got: Any, expected: Any, _: Mapping[str, Any]) -> float:
    """The first value that a query of a database file gives; it is not written to."""
    with closing(sqlite3.connect(f"{Path(got).as_uri()}?mode=ro", uri=True)) as database:
        row = database.execute(expected["sql"]).fetchone()
    return float(row[0] or 0) if row else 0.0


METRICS: dict[str, Metric] = {
    "exact_match": _exact,
    "match_in_list": _in_expected,
    "is_in_list": _expected_in,
    "fuzzy_match": _fuzzy,
    "literal_match": _literal,
    "check_include_exclude": _included,
    "compare_text_file": _same_text,
    "compare_config": _is_text,
    "file_contains": _contains,
    "is_extension_installed": _extension,
    "check_list": _lines,
    "check_csv": _records,
    "check_json": _json,
    "check_json_settings": _settings,
    "run_sqlite3": _database,
}
