"""The verbs that are understood: a table of patterns, each with what it is compiled to.

The first pattern that fits the whole clause is taken. Patterns see a clause whose quoted texts
are single marks, so `.+` never ends inside a quote.
"""

import re
from collections.abc import Callable

from handeye.actions import (
    Back,
    Click,
    CloseTab,
    Download,
    Drag,
    Forward,
    Goto,
    Hold,
    Hover,
    NewTab,
    Press,
    Reload,
    Scroll,
    Target,
    Type,
    Upload,
    Wait,
)
from handeye.actions.union import Button, Modifier
from handeye.agent.instructions.commands import command
from handeye.agent.instructions.program import (
    AnswerDialog,
    Check,
    Choose,
    Command,
    Do,
    Fill,
    Instruction,
    Read,
    ScrollTo,
    Search,
    Stop,
    ToTab,
)
from handeye.agent.instructions.split import has_quotes, is_quoted
from handeye.agent.instructions.words import NUMBER, Words, not_understood, number

Match = re.Match[str]
Maker = Callable[[Match, Words], Instruction | None]

PAGE = 600.0
"""One "scroll down", in input units: most of a screen, so that nothing is jumped over."""

_BUTTONS: dict[str, tuple[Button, int]] = {
    "double": ("left", 2), "triple": ("left", 3), "right": ("right", 1), "middle": ("middle", 1),
}  # fmt: skip
_MODIFIERS: dict[str, Modifier] = {
    "ctrl": "Control", "control": "Control", "shift": "Shift", "alt": "Alt", "option": "Alt",
    "cmd": "Meta", "command": "Meta", "meta": "Meta",
}  # fmt: skip
_ORDER = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "last": -1}
_STEPS = {"next": 1, "previous": -1, "other": 1}


def instruction(clause: str, words: Words) -> Instruction:
    """What one clause stands for. Raises InstructionError when it is not understood."""
    for pattern, make in _TABLE:
        match = pattern.fullmatch(clause)
        made = make(match, words) if match else None
        if made is not None:
            return made
    made = None if has_quotes(clause) else command(clause)
    if made is None:
        raise not_understood(words.quotes.raw(clause))
    words.it = clause.partition(" ")[2] or words.it
    return made


def _target(piece: str, words: Words) -> Target:
    return Target(phrase=words.phrase(piece))


def _click(match: Match, words: Words) -> Instruction:
    button, count = _BUTTONS.get((match["how"] or "").lower(), ("left", 1))
    held = re.split(r"\s*\+\s*", match["held"].lower()) if match["held"] else []
    modifiers = tuple(_MODIFIERS[key] for key in held if key)
    target = _target(match["what"], words)
    return Do(action=Click(target=target, button=button, count=count, modifiers=modifiers))


def _press(match: Match, words: Words) -> Instruction:
    keys = words.keys(match["what"])
    if keys:
        return Do(action=Press(keys=keys))
    return Do(action=Click(target=_target(match["what"], words)))


def _hold(match: Match, words: Words) -> Instruction | None:
    keys = words.keys(match["what"])
    seconds = number(match["seconds"]) if match["seconds"] else 1.0
    return Do(action=Hold(keys=keys, seconds=seconds)) if keys and 0 < seconds <= 60 else None


def _open(match: Match, words: Words) -> Instruction:
    url, aside = words.url(match["what"]), match["aside"]
    if url:
        return Do(action=NewTab(url=url) if aside else Goto(url=url))
    target = _target(match["what"], words)
    return Do(action=Click(target=target, button="middle" if aside else "left"))


def _new_tab(match: Match, words: Words) -> Instruction | None:
    if not match["url"]:
        return Do(action=NewTab())
    url = words.url(match["url"])
    return Do(action=NewTab(url=url)) if url else None


def _go(match: Match, words: Words) -> Instruction:
    url = words.url(match["what"])
    if url:
        return Do(action=Goto(url=url))
    label = re.sub(r"(?i)(?<=\w) (?:web ?site|web ?page|site|page|screen)$", "", match["what"])
    counts = re.fullmatch(r"(?i)(?:the )?(?:next|previous|first|last)", label)
    return Do(
        action=Click(target=_target(match["what"] if counts else label, words)), controls=True
    )


def _type(match: Match, words: Words) -> Instruction:
    return Fill(field=words.phrase(match["field"]), text=words.text(match["text"]))


def _type_here(match: Match, words: Words) -> Instruction | None:
    if match["verb"].lower() == "write" and not is_quoted(match["text"].strip()):
        return None
    return Do(action=Type(text=words.text(match["text"])))


def _choose(match: Match, words: Words) -> Instruction:
    field = words.phrase(match["field"]) if match["field"] else ""
    what = re.sub(r"(?i)^(?:the )?options? (?=\S)", "", match["what"])
    words.it = field or words.quotes.phrase(what)
    return Choose(whole=words.text(what), options=words.listed(what) or (what,), field=field)


def _check(match: Match, words: Words) -> Instruction | None:
    if re.match(r"(?:if|whether|that|for|on|with|what|how)\b", match["what"], re.IGNORECASE):
        return None
    on = match["verb"].lower() in ("check", "tick", "turn on", "enable", "switch on", "activate")
    return Check(phrases=words.phrases(match["what"]), on=on)


def _scroll(match: Match, words: Words) -> Instruction:
    amount = number(match["amount"] or "1") * (1.0 if match["pixels"] else PAGE)
    amount = amount / 3 if match["little"] else amount
    dx, dy = {"up": (0, -1), "left": (-1, 0), "right": (1, 0)}.get(match["way"].lower(), (0, 1))
    target = _target(match["what"], words) if match["what"] else None
    return Do(action=Scroll(target=target, dx=dx * amount, dy=dy * amount))


def _scroll_to(match: Match, words: Words) -> Instruction:
    return ScrollTo(phrase=words.phrase(match["what"]))


def _scroll_edge(match: Match, _: Words) -> Instruction:
    up = match["edge"].lower() in ("top", "start", "beginning")
    return ScrollTo(edge="top" if up else "bottom")


def _drag(match: Match, words: Words) -> Instruction:
    return Do(action=Drag(path=(_target(match["what"], words), _target(match["to"], words))))


def _upload(match: Match, words: Words) -> Instruction:
    to = words.phrase(match["to"]) if match["to"] else "file field"
    paths = words.listed(re.sub(r"(?i)^the files? (?=\S)", "", match["what"]))
    return Do(action=Upload(target=Target(phrase=to), paths=paths or (match["what"],)))


def _wait(match: Match, _: Words) -> Instruction | None:
    unit = match["unit"].lower()
    scale = 0.001 if (unit.startswith("m") and "s" in unit[:2]) or unit.startswith("milli") else 1.0
    scale = 60.0 if unit.startswith("min") else scale
    seconds = number(match["amount"]) * scale
    return Do(action=Wait(until="time", seconds=seconds)) if seconds <= 3600 else None


def _tab(match: Match, words: Words) -> Instruction | None:
    which = words.text(match["which"])
    if which.isdigit():
        return ToTab(number=int(which)) if int(which) > 0 else None
    if which.lower() in _ORDER:
        return ToTab(number=_ORDER[which.lower()])
    if which.lower() in _STEPS:
        return ToTab(step=_STEPS[which.lower()])
    return ToTab(title=which)


def _close_tab(match: Match, _: Words) -> Instruction | None:
    index = match["index"]
    if index == "0":
        return None
    return Do(action=CloseTab(index=int(index) - 1 if index else None))


def _dialog(match: Match, words: Words) -> Instruction:
    accept = match["verb"].lower() in ("accept", "confirm", "ok", "okay", "approve", "answer")
    return AnswerDialog(accept=accept, text=words.text(match["text"]) if match["text"] else "")


def _read(match: Match, words: Words) -> Instruction:
    what = re.sub(r"(?i)^(?:me )?(?:what |which )(.+?) (?:is|are|says|say)$", r"\1", match["what"])
    return Read(phrase=words.phrase(re.sub(r"(?i) (?:is|are|says?)$", "", what)))


def _row(pattern: str, make: Maker) -> tuple[re.Pattern[str], Maker]:
    return re.compile(pattern, re.IGNORECASE | re.DOTALL), make


_INTO = r"(?:into|in|to|inside|on)"
_FIELDISH = r"(?:the .+|.*(?:field|box|bar|input|area)|[\U000F0000-\U000FFFFD].*)"
_DIALOG = r"(?:alert|confirmation|prompt|dialog|confirm)(?: (?:box|dialog|message|window|prompt))*"
_WHOSE = r"(?:the |this |that |any |all |its |a |an )?(?:browser |native |next |resulting )*"
_HOVER = r"(?:hover|point|mouse|move (?:the |your )?(?:mouse|cursor|pointer))(?: (?:over|on|at|onto|to))*"

_TABLE: list[tuple[re.Pattern[str], Maker]] = [
    _row(r"stop(?: here)?|(?:you(?:'re| are) )?done|do nothing", lambda m, w: Stop() if m[0].lower() != "do nothing" else Do(action=Wait())),
    # Tabs and pages
    _row(r"open (?:a |another )?(?:new |blank |fresh |empty )+(?:browser )?tab(?: (?:at|with|on|to|for|and go to) (?P<url>.+))?", _new_tab),
    _row(r"(?:switch|change|go|move|jump|return)(?: back)? to (?:the )?(?:browser )?tab (?:number |called |named |titled |with title )?(?P<which>\S+|.+)", _tab),
    _row(r"(?:switch|change|jump|return)(?: back)? to (?:the )?(?P<which>.+?) (?:browser )?tab", _tab),
    _row(r"close (?:(?:this|the|the current|current) )?(?:browser )?tab(?: (?:number )?(?P<index>\d{1,3}))?", _close_tab),
    _row(r"(?:go|navigate|return|step)? ?back(?: (?:one|a) page| to .+| once)?|return to the previous page", lambda *_: Do(action=Back())),
    _row(r"(?:go|navigate)? ?forward(?: (?:one|a) page| once)?", lambda *_: Do(action=Forward())),
    _row(r"(?:reload|refresh)(?: (?:the|this) (?:page|tab|browser|screen|website))?", lambda *_: Do(action=Reload())),
    # Waiting
    _row(r"wait(?: for)?(?: about)? (?P<amount>" + NUMBER + r") ?(?P<unit>s|secs?|seconds?|ms|msecs?|milliseconds?|mins?|minutes?)", _wait),
    _row(r"wait(?: a (?:moment|bit|little|while|second))?(?: (?:for|until) (?:the |this )?(?:page|screen|site|everything)(?: (?:to load|to finish loading|is loaded|has loaded|loads|is quiet|to be ready|is ready|to settle))?)?", lambda *_: Do(action=Wait())),
    # Dialogs
    _row(r"(?P<verb>accept|confirm|ok|okay|approve|dismiss|cancel|reject|decline) " + _WHOSE + _DIALOG + r"(?: with (?P<text>.+))?", _dialog),
    _row(r"(?P<verb>answer) (?:it|" + _WHOSE + _DIALOG + r"|the question) with (?P<text>.+)", _dialog),
    _row(r"(?:type|enter|write) (?P<text>.+) (?:into|in) (?P<verb>)" + _WHOSE + r"prompt(?: dialog)?", lambda m, w: AnswerDialog(accept=True, text=w.text(m["text"]))),
    # Text
    _row(r"search (?:in |on |within |through )?(?P<field>.+?) for (?P<text>.+)", lambda m, w: Search(text=w.text(m["text"]), field="" if re.fullmatch(r"(?i)(?:the |this )?(?:site|page|web|shop|store|web ?site|cat[a-z]+|app)", m["field"]) else w.phrase(m["field"]))),
    _row(r"(?:search|look)(?: for| up)? (?P<text>.+?)(?: (?:in|using|with|via|into) (?P<field>.*(?:field|box|bar|input|search)))?", lambda m, w: Search(text=w.text(m["text"]), field=w.phrase(m["field"]) if m["field"] else "")),
    _row(r"append (?P<text>.+) to (?P<field>.+)", lambda m, w: Do(action=Type(text=w.text(m["text"]), target=_target(m["field"], w)))),
    _row(r"(?:type|enter|write|input|put|fill)(?: in)? (?P<text>[\U000F0000-\U000FFFFD]) " + _INTO + r" (?P<field>.+)", _type),
    _row(r"(?:type|enter|write|input|put)(?: in)? (?P<text>.+) (?:into|as|inside) (?P<field>.+)", _type),
    _row(r"(?:type|enter|write|input|put)(?: in)? (?P<text>.+) (?:in|to|on|for) (?P<field>" + _FIELDISH + ")", _type),
    _row(r"(?:type|enter|write|input|put)(?: in)? (?P<text>\S+) (?:in|for) (?P<field>.+)", _type),
    _row(r"(?:enter|input|type) (?P<field>(?:the |a |an |your |my )?[^\U000F0000-\U000FFFFD]+?):? (?P<text>[\U000F0000-\U000FFFFD])", _type),
    _row(r"(?P<verb>type|enter|input|write)(?: in)?:? (?P<text>.+)", _type_here),
    _row(r"fill(?: in| out| up)?(?: the)? (?P<text>[\U000F0000-\U000FFFFD]) (?:in|into) (?P<field>.+)", _type),
    _row(r"fill(?: in| out| up)? (?P<field>.+?) (?:with|as|using) (?P<text>.+)", _type),
    _row(r"(?:set|change|update|edit|adjust|modify|fill) (?P<field>.+?)(?: from .+?)? (?:to|as|with|=) (?P<text>.+)", _type),
    _row(r"(?:clear|empty|erase)(?: out)?(?: the (?:text|content|contents|value) (?:of|in|from))? (?P<field>.+)", lambda m, w: Fill(field=w.phrase(m["field"]), text="")),
    # Choices
    _row(r"(?P<what>(?:select|deselect|clear|unselect) all(?: \w+){0,3})", lambda m, w: Command(labels=(m["what"],))),
    _row(r"(?:select|choose|pick) (?P<what>.+?) (?:from|in|under|for|as|out of)(?: the (?:list|menu|options) of)? (?P<field>.+)", _choose),
    _row(r"(?:select|choose|pick) (?P<what>.+)(?P<field>)", _choose),
    _row(r"(?P<verb>uncheck|untick|deselect|unselect|turn off|disable|switch off|deactivate|check(?! ?(?:out|in)\b)|tick|turn on|enable|switch on|activate)(?: off)? (?P<what>.+)", _check),
    _row(r"(?:turn|switch) (?P<what>.+) (?P<on>on|off)", lambda m, w: Check(phrases=w.phrases(m["what"]), on=m["on"].lower() == "on")),
    # Pointer and keys
    _row(r"(?P<held>)(?:(?P<how>double|triple|right|middle|left)[ -]?)?(?:click|tap)(?: on| at)? (?P<what>.+)", _click),
    _row(r"(?P<held>(?:(?:ctrl|control|shift|alt|option|cmd|command|meta) ?\+ ?)+)(?:(?P<how>double|right|middle)[ -]?)?click(?: on| at)? (?P<what>.+)", _click),
    _row(r"(?:press|hit|strike|push)(?: on| down)? (?P<what>.+)", _press),
    _row(r"hold(?: down)? (?P<what>.+?)(?: for (?P<seconds>" + NUMBER + r") ?(?:s|secs?|seconds?))?", _hold),
    _row(_HOVER + " (?P<what>.+)", lambda m, w: Do(action=Hover(target=_target(m["what"], w)))),
    _row(r"drag(?: and drop)? (?P<what>.+?)(?: and (?:drop|release) it)? (?:onto|on|to|into|over|in) (?P<to>.+)", _drag),
    _row(r"(?:scroll|go|jump)(?: all the way| right| back)*(?: down| up)? to (?:the )?(?:very )?(?P<edge>bottom|end|top|start|beginning)(?: of (?:the |this )?page)?", _scroll_edge),
    _row(r"(?:scroll|page) (?P<way>down|up|left|right)(?: by)?(?: (?P<amount>" + NUMBER + r") ?(?:(?P<pixels>px|pixels?)|pages?|screens?|times)?)?(?P<little> a (?:bit|little)| slightly)?(?: (?:in|inside|within|over|on) (?P<what>.+))?", _scroll),
    _row(r"scroll (?:(?:down|up) )?(?:to|until (?:you (?:see|find|reach))?)(?: you reach)? ?(?P<what>.+?)(?: (?:is|are) (?:visible|in view|shown)| appears| comes into view)?", _scroll_to),
    _row(r"(?P<way>scroll)(?P<amount>)(?P<pixels>)(?P<little>)(?P<what>)", _scroll),
    # Files
    _row(r"(?:upload|attach) (?P<what>.+?)(?: (?:to|into|in|using|as|with|via) (?P<to>.+))?", _upload),
    _row(r"download (?P<what>.+)", lambda m, w: Do(action=Download(target=_target(m["what"], w)))),
    # Going places
    _row(r"open (?:up )?(?P<what>.+?)(?P<aside> in (?:a|another) new (?:browser )?tab| in a background tab)?", _open),
    _row(r"(?:(?:go|navigate|browse|head)(?: over)? to|visit) (?P<what>.+)", _go),
    # Answers
    _row(r"(?:tell me|report|say|read(?: out)?|note(?: down)?|what(?:'s|’s| is| are))(?: back)? (?P<what>.+?)(?: out| aloud| to me)?", _read),
    _row(r"what does (?P<what>.+) say", _read),
]  # fmt: skip
