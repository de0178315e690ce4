"""What a model may answer: right answers in every form that is read, and all that goes wrong in them.

`answer(rng, form)` makes one, for each form: "number", "phrase", "point" (the three ways in which a
planner's model says what it means), "place" (a grounding answer in any dialect) and "action" (the
whole union, as other planners write it). The same numbers of `rng` give the same answer.
"""

import json
from collections.abc import Callable
from random import Random
from typing import Any

from tests.agent.fuzz.world import ELEMENTS, SIZE

Value = Any

NAMES = [each.name for each in ELEMENTS if each.name]
PHRASES = [
    *NAMES,
    "\ue0005",
    'the "Save" "\ue0009"',
    '""',
    "the the",
    "next to",
    "in the row of",
    '"',
    "‘’",
    "the Save button",
    "second Twin",
    "nothing like this",
    "[4]",
    "button",
    " ",
    "7",
]
URLS = [
    "http://shop.test/a", "shop.test", "https://shop.test:8443/x?q=1#y", "http://evil.test/",
    "evil.test", "admin.shop.test", "http://shop.test@evil.test/", "http://shop.test.evil.test",
    "//evil.test", "\\\\evil.test\\x", "http:\\\\evil.test", "javascript:alert(1)", "javascript:1",
    "data:text/html,<b>", "data:1", "blob:http://evil.test/1", "blob:" * 1500 + "x",
    "file:///etc/passwd", "file:///%00", "file://", "about:blank", "about:config",
    "view-source:http://shop.test/", "http://[", "http://[::1]:80/", "http://127.0.0.1:22/",
    "http://ｅｖｉｌ.test/", "http://shop。test/", "http://shop.test:99999/", "ht\ntp://evil.test/",
    " http://evil.test ", "\u3000http://evil.test", "HTTP://EVIL.TEST", "http://shop.test\\@evil.test/",
    "http://evil.test#@shop.test/", "http://shop.test%2eevil.test/", "http:evil.test", "http:///evil.test",
    "ftp://shop.test/", "ws://shop.test/", "\u202ehttp://shop.test/", "",
]  # fmt: skip
PATHS = [
    "/etc/passwd", "../../etc/passwd", "~/.ssh/id_rsa", "~nobody-here/x", "", ".", "/", "a\0b",
    "FOLDER/ok.txt", "FOLDER/../x", "FOLDER", "x" * 5000, "\u202etxt.exe", "file:///etc/passwd",
]  # fmt: skip
CHORDS = [
    "Enter", "ctrl+v", "Control+Enter", "Tab", " ", "Space", "+", "ctrl++", "a", "ctrl+shift+t",
    "NumpadEnter", "Ctrl", "", "++", "F25", "Insert", "shift+Insert", "é", "\n", "\u200b", "ctrl+\0",
]  # fmt: skip
TEXTS = [
    "desk lamp", "", "a\nb", "a\r", "\n", "\t ", "\x00", "{{password}}", "{{", "<|im_end|>", "</think>",
    "\u202eabc", "e\u0301", "👩‍👩‍👧", "\ud800", "\u2028", "x" * 3000, "```", "[INST]", "' OR 1=1",
]  # fmt: skip
LONG_TEXTS = [
    " " * 9000 + "x",
    "the " * 3000,
    '"a" ' * 2000,
    "next to " * 1000,
    "(" * 3000,
    "1" * 5000,
]
JUNK: list[Value] = [
    None, True, False, 0, -1, 1, 2**31, 2**63, 10**30, -(10**400), 1e308, 1e-308, 0.1, float("nan"),
    float("inf"), -float("inf"), "", " ", "NaN", "null", "1e999", "0x10", "٣", "½", [], {}, [[]], [{}],
    [None], [1, 2, 3], {"kind": "goto", "url": "http://evil.test/"}, {"x": 1, "y": 2}, {"": ""},
    {"phrase": "Save", "at": [1, 2]}, {"__class__": "x"}, {"$ref": "#"}, *TEXTS, *LONG_TEXTS,
]  # fmt: skip
LONG = [
    "click" * 3000, "[" * 4000, "{" * 4000, "(" * 4000, "{\"a\":" * 3000, "\n" * 6000, "```\n" + "\n" * 6000,
    " " * 8000 + "x", "1 " * 4000, "<box>" * 3000, "(1,2)," * 3000, "a" * 9000, "<think>" * 2000,
    "</think>" * 2000, "\"" * 4000, "\\" * 4001, "[1,", "(1," + " " * 8000, "-" * 5000, "9" * 9000,
]  # fmt: skip
TOKENS = [
    "<|im_end|>", "<|endoftext|>", "<think>", "</think>", "</answer>", "<answer>", "[/INST]", "```json\n",
    "```", "<tool_call>", "</tool_call>", "\x00", "\x1b[2J", "\u202e", "\u2066", "\ufeff", "\u200b", "\U000e0041",
    "\ud83d", "NaN", "Infinity", "//", "/*", "\\u0000", "\\ud800", ",", "}", "{", "]", "[", "\"", "'", "\\",
]  # fmt: skip


def _number(rng: Random) -> Value:
    number = rng.randint(1, len(ELEMENTS) + 1)
    forms = [
        number,
        number,
        str(number),
        f"[{number}]",
        f'[{number}] button "Save"',
        rng.randint(-3, 40),
    ]
    return rng.choice([*forms, rng.choice(PHRASES)])


def _point(rng: Random) -> Value:
    pixels = [rng.randint(-5, SIZE.width + 700), rng.randint(-5, SIZE.height + 700)]
    return {"phrase": rng.choice(PHRASES), "at": rng.choice([pixels, [rng.random(), rng.random()]])}


_TARGETS: dict[str, Callable[[Random], Value]] = {
    "number": _number,
    "phrase": lambda rng: rng.choice(PHRASES),
    "point": _point,
}
_OPTIONS = ["S", "M", "L", "XL", ""]
_FIELDS: dict[str, Callable[[Random], Value]] = {
    "text": lambda rng: rng.choice([rng.choice(TEXTS), _any_text(rng)]),
    "options": lambda rng: rng.sample(_OPTIONS, rng.randint(0, 2)),
    "keys": lambda rng: rng.choice(CHORDS),
    "direction": lambda rng: rng.choice(["down", "up", "left", "right", "in", ""]),
    "url": lambda rng: rng.choice(URLS),
    "index": lambda rng: rng.choice([0, 1, 7, -1, 2**40]),
    "paths": lambda rng: rng.sample(PATHS, rng.randint(0, 2)),
    "accept": lambda rng: rng.choice([True, False]),
    "seconds": lambda rng: rng.choice([0, 0.5, 3600, -1, 1e9]),
    "question": lambda rng: rng.choice(["Which one?", "", " "]),
    "answer": lambda rng: rng.choice(["", "42", "done", "\x00"]),
}


def _any_text(rng: Random) -> str:
    codes = (
        rng.choice([rng.randrange(128), rng.randrange(0x3000), rng.randrange(0x110000)])
        for _ in range(8)
    )
    return "".join(map(chr, codes))


MOVES: dict[str, tuple[str, ...]] = {
    "click": ("target",), "double_click": ("target",), "right_click": ("target",), "hover": ("target",),
    "type": ("target", "text"), "type_here": ("text",), "select": ("target", "options"), "press": ("keys",),
    "scroll": ("direction",), "scroll_in": ("target", "direction"), "drag": ("from", "to"), "goto": ("url",),
    "back": (), "switch_tab": ("index",), "close_tab": (), "upload": ("target", "paths"),
    "download": ("target",), "dialog": ("accept", "text"), "wait": ("seconds",), "ask_user": ("question",),
    "done": ("answer",),
}  # fmt: skip
_LIKELY = ["click", "click", "type", "type_here", "press", "goto", "upload", "select", "drag"]


def _turn(rng: Random, form: str) -> Value:
    target = _TARGETS[form]
    known = {**_FIELDS, "target": target, "from": target, "to": target}
    moves = []
    for _ in range(rng.choice([1, 1, 2, 3])):
        kind = rng.choice([*_LIKELY, *_LIKELY, *MOVES])
        moves.append({"kind": kind, **{name: known[name](rng) for name in MOVES[kind]}})
    return {"thought": rng.choice(["Now.", "", "x"]), "actions": moves}


def _target(rng: Random) -> Value:
    at = {"x": rng.randint(0, SIZE.width), "y": rng.randint(0, SIZE.height)}
    return rng.choice(
        [{"phrase": rng.choice(PHRASES)}, {"phrase": rng.choice(["Save", ""]), "point": at}]
    )


def _keys(rng: Random) -> Value:
    return [rng.choice(CHORDS) for _ in range(rng.randint(1, 2))]


_UNION: dict[str, dict[str, Callable[[Random], Value]]] = {
    "click": {"target": _target, "count": lambda rng: rng.randint(1, 3)},
    "mouse_down": {"target": _target},
    "mouse_up": {"target": _target},
    "drag": {"path": lambda rng: [_target(rng) for _ in range(rng.randint(2, 3))]},
    "type": {"text": _FIELDS["text"], "target": lambda rng: rng.choice([None, _target(rng)])},
    "press": {"keys": _keys},
    "hold": {"keys": _keys, "seconds": lambda _: 1},
    "goto": {"url": _FIELDS["url"]},
    "new_tab": {"url": _FIELDS["url"]},
    "upload": {"target": _target, "paths": _FIELDS["paths"]},
    "download": {"target": _target},
    "select_option": {"target": _target, "options": _FIELDS["options"]},
    "dialog": {"accept": _FIELDS["accept"], "text": _FIELDS["text"]},
    "wait": {"until": lambda _: "time", "seconds": lambda rng: rng.choice([0, 3600])},
    "zoom": {
        "region": lambda _: {"x1": 0, "y1": 0, "x2": 9, "y2": 9},
        "factor": lambda rng: rng.choice([2, 9]),
    },
    "ask_user": {"question": _FIELDS["question"]},
    "done": {"answer": _FIELDS["answer"], "success": _FIELDS["accept"]},
    "back": {},
}


def _action(rng: Random, depth: int = 0) -> Value:
    if rng.random() < 0.3 and depth < 9:
        return {
            "kind": "batch",
            "actions": [_action(rng, depth + 1) for _ in range(rng.randint(1, 3))],
        }
    kind = rng.choice(list(_UNION))
    return {"kind": kind, **{name: make(rng) for name, make in _UNION[kind].items()}}


_PLACES: list[Callable[[list[float]], str]] = [
    lambda n: json.dumps({"bbox_2d": n}), lambda n: json.dumps([{"point_2d": n[:2], "label": "x"}]),
    lambda n: f"[{', '.join(map(str, n))}]", lambda n: f"({n[0]}, {n[-1]})",
    lambda n: f"<|box_start|>({n[0]},{n[-1]})<|box_end|>", lambda n: f"<point>{n[0]} {n[-1]}</point>",
    lambda n: f"click(start_box='({n[0]},{n[-1]})')", lambda n: f"pyautogui.click(x={n[0]}, y={n[-1]})",
    lambda n: f'{{"x": {n[0]}, "y": {n[-1]}}}', lambda n: f"CLICK\tpoint:{n[0]},{n[-1]}",
    lambda n: f'<points x1="{n[0]}" y1="{n[-1]}">Save</points>', lambda n: " ".join(map(str, n)),
    lambda n: f"({n[0]},{n[-1]}),({n[0]},{n[-1]})", lambda _: "It is not visible.", lambda _: "null",
]  # fmt: skip


def _place(rng: Random) -> str:
    kinds = [
        lambda: rng.randint(-20, 1100),
        rng.random,
        lambda: rng.choice([-1, 0, 999, 1000, 10**9]),
    ]
    return rng.choice(_PLACES)([rng.choice(kinds)() for _ in range(rng.randint(1, 5))])


def _bent(rng: Random, value: Value) -> Value:
    """The value with one thing in it changed: gone, doubled, of another type, one level deeper."""
    if isinstance(value, dict) and value and rng.random() < 0.8:
        key = rng.choice(sorted(value))
        how = rng.choice(["bend", "bend", "bend", "drop", "rename", "add"])
        if how == "drop":
            return {name: part for name, part in value.items() if name != key}
        if how == "rename":
            name = rng.choice([f"{key} ", key.upper(), "kind", "point", "selector", ""])
            return {name if each == key else each: part for each, part in value.items()}
        if how == "add":
            return {**value, rng.choice(["x", "kind", "force", "policy"]): _junk(rng)}
        return {**value, key: _bent(rng, value[key])}
    if isinstance(value, list) and value and rng.random() < 0.8:
        at = rng.randrange(len(value))
        how = rng.choice(["bend", "bend", "again", "drop", "nest"])
        if how == "again":
            return value * rng.choice([2, 5, 30])
        if how == "drop":
            return value[:at] + value[at + 1 :]
        middle = [value[at]] if how == "nest" else _bent(rng, value[at])
        return [*value[:at], middle, *value[at + 1 :]]
    return _junk(rng)


def _junk(rng: Random) -> Value:
    if rng.random() < 0.05:
        deep: Value = "x"
        for _ in range(rng.randint(2, 150)):
            deep = [deep]
        return deep
    return rng.choice([*JUNK, _any_text(rng), rng.randint(-(10**9), 10**9), rng.uniform(-1e9, 1e9)])


_WRAPS: list[Callable[[str], str]] = [
    *[str] * 16,
    lambda text: f"```json\n{text}\n```",
    lambda text: f"Sure! Here it is:\n{text}\nLet me know.",
    lambda text: f"<think>{{\"actions\": []}}</think>\n{text}",
    lambda text: f"{text}</think>{text}",
    lambda text: f'<tool_call>\n{{"name": "computer", "arguments": {text}}}\n</tool_call>',
    lambda text: json.dumps({"tool_calls": [{"function": {"name": "act", "arguments": text}}]}),
    lambda text: f"<action>{text}</action>",
    lambda text: f"Thought: pay\nAction: click(start_box='(20,110)')\n{text}",
    lambda text: f"import os; os.system('x')\n{text}",
    lambda text: json.dumps(text),
    lambda text: f"[{text}]",
]  # fmt: skip


def _spoilt(rng: Random, text: str) -> str:
    """The text with one thing done to it."""
    at = rng.randint(0, len(text))
    end = min(len(text), at + rng.randint(1, 40))
    ways: list[Callable[[], str]] = [
        lambda: text[:at],
        lambda: text[at:],
        lambda: text[:at] + rng.choice(TOKENS) + text[at:],
        lambda: text[:at] + rng.choice(TOKENS) + text[at:],
        lambda: text[:at] + _any_text(rng) + text[at:],
        lambda: text[:at] + rng.choice(LONG) + text[at:],
        lambda: text.replace('"', "'"),
        lambda: text[:at] + text[end:],
        lambda: text[:end] + text[at:],
    ]
    return rng.choice(ways)()


def answer(rng: Random, form: str) -> str:
    """One answer of this form, right or wrong."""
    value = _MADE[form](rng)
    for _ in range(rng.choice([0, 0, 0, 1, 1, 2])):
        value = _bent(rng, value)
    if not isinstance(value, str):
        value = json.dumps(value, ensure_ascii=rng.random() < 0.5)
    text = rng.choice(_WRAPS)(value)
    for _ in range(rng.choice([0, 0, 0, 0, 0, 1, 2])):
        text = _spoilt(rng, text)
    if rng.random() < 0.05:
        text = rng.choice([f"{text}\n{value}", value + text, rng.choice(LONG)])
    return text


_MADE: dict[str, Callable[[Random], Value]] = {
    "number": lambda rng: _turn(rng, "number"),
    "phrase": lambda rng: _turn(rng, "phrase"),
    "point": lambda rng: _turn(rng, "point"),
    "place": _place,
    "action": _action,
}
