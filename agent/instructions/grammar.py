"""The sentences that are understood, as data: which maker of `verbs`, and the words it needs.

The first pattern that fits a whole clause is taken, so the narrow ones stand before the wide ones.
Patterns see a clause whose quoted texts are single marks ({Q}); other names in braces are below.
"""

import re

from handeye.agent.instructions.words import NUMBER

_MACROS = {
    "{Q}": r"[\U000F0000-\U000FFFFD]",
    "{NOQ}": r"[^\U000F0000-\U000FFFFD]",
    "{NUMBER}": NUMBER,
    "{INTO}": r"(?:into|in|to|inside|on)",
    "{FIELDISH}": r"(?:the .+|.*(?:field|box|bar|input|area)|[\U000F0000-\U000FFFFD].*)",
    "{WHOSE}": (
        r"(?:the |this |that |any |all |its |a |an )?(?:browser |native |next |resulting )*"
    ),
    "{DIALOG}": (
        r"(?:alert|confirmation|prompt|dialog|confirm)(?: (?:box|dialog|message|window|prompt))*"
    ),
    "{HOVER}": (
        r"(?:hover|point|mouse|move (?:the |your )?(?:mouse|cursor|pointer))"
        r"(?: (?:over|on|at|onto|to))*"
    ),
}

SENTENCES: list[tuple[str, str]] = [
    ("stop", r"stop(?: here)?|(?:you(?:'re| are) )?done"),
    ("nothing", r"(?:do|select|choose|pick|check|tick|click) (?:nothing|none)"),
    # Tabs and pages
    (
        "new_tab",
        r"open (?:a |another )?(?:new |blank |fresh |empty )+(?:browser )?tab(?: (?:at|with|on"
        r"|to|for|and go to) (?P<url>.+))?",
    ),
    (
        "tab",
        r"(?:switch|change|go|move|jump|return)(?: back)? to (?:the )?(?:browser )?tab (?:"
        r"number |called |named |titled |with title )?(?P<which>\S+|.+)",
    ),
    (
        "tab",
        r"(?:switch|change|jump|return)(?: back)? to (?:the )?(?P<which>.+?) (?:browser )?tab",
    ),
    (
        "close_tab",
        r"close (?:(?:this|the|the current|current) )?(?:browser )?tab(?: (?:number )?"
        r"(?P<index>\d{1,3}))?",
    ),
    (
        "back",
        r"(?:go|navigate|return|step)? ?back(?: (?:one|a) page| to .+| once)?|"
        r"return to the previous page",
    ),
    ("forward", r"(?:go|navigate)? ?forward(?: (?:one|a) page| once)?"),
    ("reload", r"(?:reload|refresh)(?: (?:the|this) (?:page|tab|browser|screen|website))?"),
    # Waiting
    (
        "wait",
        r"wait(?: for)?(?: about)? (?P<amount>{NUMBER}) ?(?P<unit>s|secs?|seconds?|ms|msecs?|"
        r"milliseconds?|mins?|minutes?)",
    ),
    (
        "wait_quiet",
        r"wait(?: a (?:moment|bit|little|while|second))?(?: (?:for|until) (?:the |this )?(?:"
        r"page|screen|site|everything)(?: (?:to load|to finish loading|is loaded|has loaded|"
        r"loads|is quiet|to be ready|is ready|to settle))?)?",
    ),
    # Dialogs
    (
        "dialog",
        r"(?P<verb>accept|confirm|ok|okay|approve|dismiss|cancel|reject|decline)"
        r" {WHOSE}{DIALOG}(?: with (?P<text>.+))?",
    ),
    ("dialog", r"(?P<verb>answer) (?:it|{WHOSE}{DIALOG}|the question) with (?P<text>.+)"),
    (
        "prompt",
        r"(?:type|enter|write) (?P<text>.+) (?:into|in) (?P<verb>){WHOSE}prompt(?: dialog)?",
    ),
    # Text
    (
        "click",
        r"(?P<held>)(?P<how>)(?:put|place|set) (?:the |your )?(?:cursor|caret|focus)"
        r" (?:in|into|inside|on)(?:to)? (?P<what>.+)",
    ),
    ("search", r"use (?P<field>.+?) to (?:search|look)(?: for| up)? (?P<text>.+)"),
    ("search", r"search (?:in |on |within |through )?(?P<field>.+?) for (?P<text>.+)"),
    (
        "search",
        r"(?:search|look)(?: for| up)? (?P<text>.+?)(?: (?:in|using|with|via|into) (?P<field>"
        r".*(?:field|box|bar|input|search)))?",
    ),
    (
        "type",
        r"use (?P<field>.+?) to (?:type|enter|write|input)(?: in)? (?P<text>.+)",
    ),
    ("append", r"append (?P<text>.+) to (?P<field>.+)"),
    (
        "type",
        r"(?:type|enter|write|input|put|fill)(?: in)? (?P<text>{Q}) {INTO} (?P<field>.+)",
    ),
    (
        "type",
        r"(?:type|enter|write|input|put)(?: in)? (?P<text>.+) (?:into|as|inside) (?P<field>.+)",
    ),
    (
        "type",
        r"(?:type|enter|write|input|put)(?: in)? (?P<text>.+) (?:in|to|on|for) (?P<field>"
        r"{FIELDISH})",
    ),
    (
        "type",
        r"(?:type|enter|write|input|put)(?: in)? (?P<text>\S+) (?:in|for) (?P<field>.+)",
    ),
    (
        "type",
        r"(?:enter|input|type) (?P<field>(?:the |a |an |your |my )?{NOQ}+?):? (?P<text>{Q})",
    ),
    ("type_here", r"(?P<verb>type|enter|input|write)(?: in)?:? (?P<text>.+)"),
    ("type", r"fill(?: in| out| up)?(?: the)? (?P<text>{Q}) (?:in|into) (?P<field>.+)"),
    ("type", r"fill(?: in| out| up)? (?P<field>.+?) (?:with|as|using) (?P<text>.+)"),
    (
        "type",
        r"(?:set|change|update|edit|adjust|modify|fill) (?P<field>.+?)(?: from .+?)? (?:to|as|"
        r"with|=) (?P<text>.+)",
    ),
    (
        "type",
        r"(?:move|drag|slide|bring) (?P<field>(?:the )?(?:\w+ )?slider) to (?P<text>-?{NUMBER})",
    ),
    (
        "clear",
        r"(?:clear|empty|erase)(?: out)?(?: the (?:text|content|contents|value) (?:of|in|from)"
        r")? (?P<field>.+)",
    ),
    # Choices
    ("select_all", r"(?P<what>(?:select|deselect|clear|unselect) all(?: \w+){0,3})"),
    (
        "choose",
        r"(?:select|choose|pick) (?P<what>.+?) (?:from|in|under|for|as|out of|with|using)"
        r"(?: the (?:list|"
        r"menu|options) of)? (?P<field>.+)",
    ),
    ("choose", r"(?:select|choose|pick) (?P<what>.+)(?P<field>)"),
    (
        "check",
        r"(?P<verb>uncheck|untick|deselect|unselect|turn off|disable|switch off|deactivate|"
        r"check(?! ?(?:out|in)\b)|tick|turn on|enable|switch on|activate)(?: off)? (?P<what>.+"
        r")",
    ),
    ("turn", r"(?:turn|switch) (?P<what>.+) (?P<on>on|off)"),
    # Pointer and keys
    (
        "click",
        r"(?P<held>)(?:(?P<how>double|triple|right|middle|left)[ -]?)?(?:click|tap)(?: on| at"
        r")? (?P<what>.+)",
    ),
    (
        "click",
        r"(?P<held>(?:(?:ctrl|control|shift|alt|option|cmd|command|meta) ?\+ ?)+)(?:(?P<how>"
        r"double|right|middle)[ -]?)?click(?: on| at)? (?P<what>.+)",
    ),
    ("click", r"(?P<held>)(?P<how>)focus(?: into| in| on)? (?P<what>.+)"),
    ("press", r"(?:press|hit|strike|push)(?: on| down)? (?P<what>.+)"),
    (
        "hold",
        r"hold(?: down)? (?P<what>.+?)(?: for (?P<seconds>{NUMBER}) ?(?:s|secs?|seconds?))?",
    ),
    ("hover", r"{HOVER} (?P<what>.+)"),
    (
        "drag",
        r"drag(?: and drop)? (?P<what>.+?)(?: and (?:drop|release) it)? (?:onto|on|to|into|"
        r"over|in) (?P<to>.+)",
    ),
    (
        "scroll_edge",
        r"(?:scroll|go|jump)(?: all the way| right| back)*(?: down| up)? to (?:the )?(?:very "
        r")?(?P<edge>bottom|end|top|start|beginning)(?: of (?:the |this )?page)?",
    ),
    (
        "scroll",
        r"(?:scroll|page) (?P<way>down|up|left|right)(?: by)?(?: (?P<amount>{NUMBER}) ?(?:"
        r"(?P<pixels>px|pixels?)|pages?|screens?|times)?)?(?P<little> a (?:bit|little)|"
        r" slightly)?(?: (?:in|inside|within|over|on) (?P<what>.+))?",
    ),
    (
        "scroll_to",
        r"scroll (?:(?:down|up) )?(?:to|until (?:you (?:see|find|reach))?)(?: you reach)? ?"
        r"(?P<what>.+?)(?: (?:is|are) (?:visible|in view|shown)| appears| comes into view)?",
    ),
    ("scroll", r"(?P<way>scroll)(?P<amount>)(?P<pixels>)(?P<little>)(?P<what>)"),
    # Files
    (
        "upload",
        r"(?:upload|attach) (?P<what>.+?)(?: (?:to|into|in|using|as|with|via) (?P<to>.+))?",
    ),
    ("download", r"download (?P<what>.+)"),
    # Going places
    (
        "open",
        r"open (?:up )?(?P<what>.+?)(?P<aside> in (?:a|another) new (?:browser )?tab|"
        r" in a background tab)?",
    ),
    ("go", r"(?:(?:go|navigate|browse|head)(?: over)? to|visit) (?P<what>.+)"),
    # Answers
    (
        "read",
        r"(?:tell me|report|say|read(?: out)?|note(?: down)?|what(?:'s|’s| is| are))(?: back)?"
        r" (?P<what>.+?)(?: out| aloud| to me)?",
    ),
    ("read", r"what does (?P<what>.+) say"),
]


def compiled(sentences: list[tuple[str, str]]) -> list[tuple[str, re.Pattern[str]]]:
    """The sentences with their macros filled in."""
    return [(maker, _compiled(pattern)) for maker, pattern in sentences]


def _compiled(pattern: str) -> re.Pattern[str]:
    for name, meaning in _MACROS.items():
        pattern = pattern.replace(name, meaning)
    return re.compile(pattern, re.IGNORECASE | re.DOTALL)
