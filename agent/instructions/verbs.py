"""From one clause to one instruction: a maker for each kind of sentence in `grammar`.

Prevents: a clause that is half understood; a pattern has to fit the whole of it.
"""

import re
from collections.abc import Callable

from handeye.actions import (
    Action,
    Back,
    Click,
    Download,
    Drag,
    Forward,
    Goto,
    Hold,
    Hover,
    NewTab,
    Press,
    Reload,
    Target,
    Type,
    Upload,
    Wait,
)
from handeye.actions.union import Button, Modifier
from handeye.agent.instructions import around, arrangements, lookups
from handeye.agent.instructions.commands import command
from handeye.agent.instructions.grammar import SENTENCES, compiled
from handeye.agent.instructions.program import (
    Check,
    Choose,
    Command,
    Do,
    Fill,
    Instruction,
    Read,
    Search,
    Stop,
)
from handeye.agent.instructions.split import has_quotes, is_quoted
from handeye.agent.instructions.words import Words, not_understood, number

Match = re.Match[str]
Maker = Callable[[Match, Words], Instruction | None]


_BUTTONS: dict[str, tuple[Button, int]] = {
    "double": ("left", 2), "triple": ("left", 3), "right": ("right", 1), "middle": ("middle", 1),
}  # fmt: skip
_MODIFIERS: dict[str, Modifier] = {
    "ctrl": "Control", "control": "Control", "shift": "Shift", "alt": "Alt", "option": "Alt",
    "cmd": "Meta", "command": "Meta", "meta": "Meta",
}  # fmt: skip
_WHOLE_SITE = r"(?:the |this )?(?:site|page|web|shop|store|web ?site|catalog(?:ue)?|app)"
_SOUGHT = re.compile(r"(?:find|locate) and ", re.IGNORECASE)
_NAMED_TEXT = re.compile(
    r"(?:the |a |an |your |my )?(?P<name>\w+(?: \w+)?) (?P<text>[\U000F0000-\U000FFFFD])", re.I
)
_FIELDS = re.compile(r"(?:the |its |their )?(?:\w+ )?(?:fields|boxes|inputs|form)", re.IGNORECASE)


def instruction(clause: str, words: Words) -> Instruction:
    """What one clause stands for. Raises InstructionError when it is not understood."""
    sought = _SOUGHT.match(clause)
    if sought is not None:
        made = instruction(clause[sought.end() :], words)
        return made.model_copy(update={"sought": True}) if isinstance(made, Do) else made
    for pattern, make in _SENTENCES:
        match = pattern.fullmatch(clause)
        fitting = make(match, words) if match else None
        if fitting is not None:
            return fitting
    named = None if has_quotes(clause) else command(clause)
    if named is None:
        raise not_understood(words.quotes.raw(clause))
    words.it = clause.partition(" ")[2] or words.it
    return named


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


def _type(match: Match, words: Words) -> Instruction | None:
    if re.fullmatch(
        r"(?:in |out )?(?:the |this )?(?:form|fields?|details|page)", match["field"], re.I
    ):
        return None
    named = _NAMED_TEXT.fullmatch(match["text"].strip())
    if named is not None and _FIELDS.fullmatch(match["field"]):
        return Fill(field=words.phrase(named["name"]), text=words.text(named["text"]))
    return Fill(field=words.phrase(match["field"]), text=words.text(match["text"]))


def _type_here(match: Match, words: Words) -> Instruction | None:
    if match["verb"].lower() == "write" and not is_quoted(match["text"].strip()):
        return None
    return Do(action=Type(text=words.text(match["text"])))


def _choose(match: Match, words: Words) -> Instruction:
    field = words.phrase(match["field"]) if match["field"] else ""
    what = re.sub(r"(?i)^(?:the )?options? (?=\S)", "", match["what"])
    words.it = field or words.quotes.phrase(what)
    whole = words.quotes.text(what)
    return Choose(whole=whole, options=words.listed(what) or (what,), field=field)


def _check(match: Match, words: Words) -> Instruction | None:
    if re.match(r"(?:if|whether|that|for|on|with|what|how)\b", match["what"], re.IGNORECASE):
        return None
    on = match["verb"].lower() in ("check", "tick", "turn on", "enable", "switch on", "activate")
    return Check(phrases=words.phrases(match["what"]), on=on)


def _drag(match: Match, words: Words) -> Instruction:
    return Do(action=Drag(path=(_target(match["what"], words), _target(match["to"], words))))


def _upload(match: Match, words: Words) -> Instruction:
    to = words.phrase(match["to"]) if match["to"] else "file field"
    paths = words.listed(re.sub(r"(?i)^the files? (?=\S)", "", match["what"]))
    return Do(action=Upload(target=Target(phrase=to), paths=paths or (match["what"],)))


def _read(match: Match, words: Words) -> Instruction | None:
    if re.match(r"how\b|which\b|why\b|whether\b|if\b|when\b|who\b", match["what"], re.IGNORECASE):
        return None
    what = re.sub(r"(?i)^(?:me )?(?:what |which )(.+?) (?:is|are|says|say)$", r"\1", match["what"])
    return Read(phrase=words.phrase(re.sub(r"(?i) (?:is|are|says?)$", "", what)))


def _search(match: Match, words: Words) -> Instruction:
    field = match["field"] or ""
    if re.fullmatch(_WHOLE_SITE, field, re.IGNORECASE):
        field = ""
    text = words.quotes.text(match["text"].strip())
    return Search(text=text, field=words.phrase(field) if field else "")


def _append(match: Match, words: Words) -> Instruction:
    target = _target(match["field"], words)
    return Do(action=Type(text=words.text(match["text"]), target=target))


def _clear(match: Match, words: Words) -> Instruction:
    return Fill(field=words.phrase(match["field"]), text="")


def _turn(match: Match, words: Words) -> Instruction:
    return Check(phrases=words.phrases(match["what"]), on=match["on"].lower() == "on")


def _hover(match: Match, words: Words) -> Instruction:
    return Do(action=Hover(target=_target(match["what"], words)))


def _download(match: Match, words: Words) -> Instruction:
    return Do(action=Download(target=_target(match["what"], words)))


def _fixed(action: Action) -> Maker:
    return lambda *_: Do(action=action)


_MAKERS: dict[str, Maker] = {
    **around.MAKERS,
    "append": _append,
    "back": _fixed(Back()),
    "check": _check,
    "choose": _choose,
    "clear": _clear,
    "click": _click,
    "download": _download,
    "drag": _drag,
    "forward": _fixed(Forward()),
    "go": _go,
    "hold": _hold,
    "hover": _hover,
    "new_tab": _new_tab,
    "open": _open,
    "press": _press,
    "read": _read,
    "reload": _fixed(Reload()),
    "search": _search,
    "select_all": lambda match, _: Command(labels=(match[0],)),
    "nothing": _fixed(Wait()),
    "stop": lambda *_: Stop(),
    "turn": _turn,
    "type": _type,
    "type_here": _type_here,
    "upload": _upload,
    "wait_quiet": _fixed(Wait()),
}

_SENTENCES = [
    *((pattern, arrangements.MAKERS[name]) for name, pattern in compiled(arrangements.SENTENCES)),
    *((pattern, lookups.MAKERS[name]) for name, pattern in compiled(lookups.SENTENCES)),
    *((pattern, _MAKERS[name]) for name, pattern in compiled(SENTENCES)),
]
