"""How each UI kit writes its controls: the parts that scenes are made of.

A kit is a stylesheet of an npm package and the markup that its documentation asks for.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import count

_PLAIN = {
    "button": '<button class="{look}">{label}</button>',
    "icon": '<button class="icon-button" aria-label="{label}" title="{label}">{svg}</button>',
    "field": '<div class="field"><label for="{id}">{label}</label>'
    '<input id="{id}" type="{type}" placeholder="{placeholder}" value="{value}"></div>',
    "select": '<div class="field"><label for="{id}">{label}</label>'
    '<select id="{id}">{options}</select></div>',
    "check": '<div class="choice"><input id="{id}" type="checkbox" {checked}>'
    '<label for="{id}">{label}</label></div>',
    "radio": '<div class="choice"><input id="{id}" type="radio" name="{group}" {checked}>'
    '<label for="{id}">{label}</label></div>',
    "switch": '<div class="choice"><input id="{id}" type="checkbox" role="switch" {checked}>'
    '<label for="{id}">{label}</label></div>',
    "cell_check": '<input type="checkbox" aria-label="Select {label}" {checked}>',
    "tab": '<a role="tab" href="#t" class="tab {active}" aria-selected="{selected}">{label}</a>',
    "tabs": '<div role="tablist" class="tabs">{tabs}</div>',
    "link": '<a href="#l">{label}</a>',
    "table": '<table class="{table}"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>',
    "card": '<article class="card">{inside}</article>',
    "bar": '<nav class="topbar"><b class="brand">{brand}</b><span class="links">{links}</span>'
    '<span class="icons">{icons}</span></nav>',
    "form": '<form class="{form}" onsubmit="return false">{inside}</form>',
}


@dataclass(frozen=True)
class Kit:
    """`css` are files in node_modules; `own` styles the layout; `parts` replace those of _PLAIN."""

    name: str
    css: tuple[str, ...] = ()
    own: str = ""
    html: str = ""
    looks: tuple[str, str] = ("primary", "secondary")
    words: Mapping[str, str] = field(default_factory=dict)
    parts: Mapping[str, str] = field(default_factory=dict)


LAYOUT = """
.topbar { display: flex; align-items: center; gap: 28px; padding: 8px 20px; }
.topbar .links { display: flex; gap: 22px; flex: 1; flex-wrap: wrap; } .topbar .icons { display: flex; gap: 8px; }
main { padding: 16px 24px; max-width: 1180px; }
.row { display: flex; gap: 20px; flex-wrap: wrap; align-items: flex-end; margin: 10px 0; }
.row > .field, .row > .form-group { flex: 1 1 200px; } .grid { display: grid; gap: 18px;
grid-template-columns: repeat(auto-fit, minmax(230px, 1fr)); } .choice { display: flex; gap: 8px; align-items: center; }
.glyph { width: 1.35em; height: 1.35em; display: block; } .tools { display: flex; gap: 6px; flex-wrap: wrap; }
form { max-width: 640px; margin: 0; }
"""
_ICON_BUTTON = """.icon-button { display: inline-flex; padding: 7px; margin: 0; width: auto; border: 0;
background: none; color: inherit; cursor: pointer; box-shadow: none; height: auto; line-height: 1; }"""
_OWN = """body { margin: 0; font: 15px/1.5 %(font)s; color: %(ink)s; background: %(paper)s; }
.topbar { background: %(bar)s; } .topbar a, .topbar b, .topbar .icon-button { color: %(on_bar)s; text-decoration: none; }
a { color: %(link)s; } input:not([type=checkbox]):not([type=radio]), select { display: block; width: 100%%;
box-sizing: border-box; padding: %(pad)s; font: inherit; color: inherit; background: %(well)s;
border: 1px solid %(line)s; border-radius: %(round)s; } .field { margin: 0 0 12px; } label { color: inherit; }
button.primary, button.secondary { font: inherit; padding: %(pad)s; padding-inline: 16px; border-radius: %(round)s;
border: 1px solid %(link)s; } button.primary { background: %(link)s; color: %(paper)s; }
button.secondary { background: transparent; color: %(link)s; } .card { border: 1px solid %(line)s; padding: 14px;
border-radius: %(round)s; } table { border-collapse: collapse; width: 100%%; } td, th { text-align: left;
padding: %(pad)s; border-bottom: 1px solid %(line)s; } .tabs { display: flex; gap: 24px; border-bottom: 1px solid %(line)s; }
.tab { padding: 8px 2px; text-decoration: none; color: inherit; } .tab.active { border-bottom: 2px solid %(link)s; }
input[role=switch] { appearance: none; width: 38px; height: 20px; border-radius: 10px; background: %(line)s; margin: 0;
position: relative; } input[role=switch]::after { content: ""; position: absolute; left: 2px; top: 2px; width: 16px;
height: 16px; border-radius: 50%%; background: #fff; } input[role=switch]:checked { background: %(link)s; }
input[role=switch]:checked::after { left: 20px; } """


def _own(name: str, **colors: str) -> Kit:
    return Kit(name, own=_OWN % colors + _ICON_BUTTON)


KITS = (
    Kit(
        "Pico",
        ("@picocss/pico/css/pico.min.css",),
        own="nav.topbar, nav.topbar .links, nav.topbar .icons { justify-content: flex-start } .topbar { border-bottom: 1px solid "
        "var(--pico-muted-border-color) } button { width: auto } .field { flex: 1 } .tabs { display: flex; gap: 20px; "
        "margin-bottom: 12px } .tab.active { border-bottom: 2px solid } " + _ICON_BUTTON,
        looks=("", "outline"),
        html='data-theme="light"',
    ),
    Kit(
        "Fomantic",
        ("fomantic-ui-css/semantic.min.css",),
        own="body { padding: 0 } .topbar { background: #1b1c1d; color: #fff } .topbar a { color: #ddd } .card-box { padding: 14px }",
        looks=("ui primary button", "ui basic button"),
        words={"table": "ui celled table", "form": "ui form"},
        parts={
            "icon": '<button class="ui icon basic button" aria-label="{label}" title="{label}" '
            'style="padding: 7px; background: #fff !important">{svg}</button>',
            "check": '<div class="ui checkbox" style="display: block; margin: 9px 0"><input id="{id}" '
            'type="checkbox" {checked}><label for="{id}">{label}</label></div>',
            "radio": '<div class="ui radio checkbox" style="display: block; margin: 9px 0"><input id="{id}" '
            'type="radio" name="{group}" {checked}><label for="{id}">{label}</label></div>',
            "switch": '<div class="ui toggle checkbox" style="display: block; margin: 11px 0"><input id="{id}" '
            'type="checkbox" role="switch" {checked}><label for="{id}">{label}</label></div>',
            "tab": '<a role="tab" href="#t" class="item {active}" aria-selected="{selected}">{label}</a>',
            "tabs": '<div role="tablist" class="ui tabular menu">{tabs}</div>',
            "card": '<article class="ui segment card-box">{inside}</article>',
        },
    ),
    Kit(
        "UIkit",
        ("uikit/dist/css/uikit.min.css",),
        own=".topbar { border-bottom: 1px solid #e5e5e5 } .field { margin-bottom: 12px } " + _ICON_BUTTON,
        looks=("uk-button uk-button-primary", "uk-button uk-button-default"),
        words={"table": "uk-table uk-table-divider", "form": "uk-form-stacked"},
        parts={
            "field": '<div class="field"><label class="uk-form-label" for="{id}">{label}</label><input '
            'class="uk-input" id="{id}" type="{type}" placeholder="{placeholder}" value="{value}"></div>',
            "select": '<div class="field"><label class="uk-form-label" for="{id}">{label}</label>'
            '<select class="uk-select" id="{id}">{options}</select></div>',
            "check": '<div class="choice"><input class="uk-checkbox" id="{id}" type="checkbox" {checked}>'
            '<label for="{id}">{label}</label></div>',
            "radio": '<div class="choice"><input class="uk-radio" id="{id}" type="radio" name="{group}" '
            '{checked}><label for="{id}">{label}</label></div>',
            "cell_check": '<input class="uk-checkbox" type="checkbox" aria-label="Select {label}" {checked}>',
            "switch": '<div class="choice"><input class="uk-checkbox" id="{id}" type="checkbox" {checked}>'
            '<label for="{id}">{label}</label></div>',
            "tab": '<li class="uk-{active}"><a role="tab" href="#t" aria-selected="{selected}">{label}</a></li>',
            "tabs": '<ul role="tablist" class="uk-tab">{tabs}</ul>',
            "card": '<article class="uk-card uk-card-default uk-card-body uk-card-small">{inside}</article>',
        },
    ),
    Kit(
        "Milligram",
        ("milligram/dist/milligram.min.css",),
        own="html { font-size: 8.5px } input[type=checkbox], input[type=radio] { margin: 0 } .choice label { margin: 0 } "
        ".tabs { display: flex; gap: 26px } .tab.active { border-bottom: 2px solid } " + _ICON_BUTTON
        + " button.icon-button { color: #606c76 } ",
        looks=("button", "button button-outline"),
    ),
    Kit(
        "Spectre",
        ("spectre.css/dist/spectre.min.css",),
        own=".topbar { background: #f7f8f9 } " + _ICON_BUTTON,
        looks=("btn btn-primary", "btn"),
        words={"table": "table table-striped"},
        parts={
            "field": '<div class="form-group"><label class="form-label" for="{id}">{label}</label><input '
            'class="form-input" id="{id}" type="{type}" placeholder="{placeholder}" value="{value}"></div>',
            "select": '<div class="form-group"><label class="form-label" for="{id}">{label}</label>'
            '<select class="form-select" id="{id}">{options}</select></div>',
            "tab": '<li class="tab-item {active}"><a role="tab" href="#t" aria-selected="{selected}">{label}</a></li>',
            "tabs": '<ul role="tablist" class="tab">{tabs}</ul>',
            "card": '<article class="card" style="padding: 14px">{inside}</article>',
        },
    ),
    _own("Plain light", font="Arial, sans-serif", ink="#222", paper="#fff", bar="#24476b", on_bar="#fff",
         link="#1d5fa8", well="#fff", line="#b9c0c8", pad="8px 10px", round="6px"),
    _own("Plain dark", font="Verdana, sans-serif", ink="#e4e6eb", paper="#17191f", bar="#20242d", on_bar="#e4e6eb",
         link="#7db3ff", well="#20242d", line="#444b5a", pad="7px 10px", round="4px"),
    _own("Plain dense", font="13px/1.35 'DejaVu Sans', sans-serif; font-size: 13px", ink="#111", paper="#f3f3f3",
         bar="#dcdcdc", on_bar="#111", link="#0a5a3c", well="#fff", line="#999", pad="3px 6px", round="0"),
)  # fmt: skip


class Markup:
    """Controls in the words of one kit."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit
        self._ids = count(1)

    def part(self, name: str, **values: str) -> str:
        template = self._kit.parts.get(name, _PLAIN[name])
        words = {"table": "", "form": "", **self._kit.words}
        safe = {key: value if key in _MARKUP else escape(value) for key, value in values.items()}
        return template.format(id=f"c{next(self._ids)}", **{**words, **safe})

    def button(self, label: str, *, main: bool = False) -> str:
        return self.part("button", label=label, look=self._kit.looks[0 if main else 1])

    def field(self, label: str, placeholder: str = "", value: str = "", type: str = "text") -> str:
        return self.part("field", label=label, placeholder=placeholder, value=value, type=type)

    def select(self, label: str, *options: str) -> str:
        inside = "".join(f"<option>{escape(option)}</option>" for option in options)
        return self.part("select", label=label, options=inside)

    def choice(self, kind: str, label: str, *, on: bool = False, group: str = "") -> str:
        return self.part(kind, label=label, checked="checked" if on else "", group=group)

    def tabs(self, *labels: str) -> str:
        inside = "".join(
            self.part("tab", label=label, active="active" * (not n), selected=str(not n).lower())
            for n, label in enumerate(labels)
        )
        return self.part("tabs", tabs=inside)

    def table(self, columns: Sequence[str], rows: Sequence[Sequence[str]], on: int = 1) -> str:
        """A box to tick before each row, which bears the name in its first cell."""
        head = "".join(f"<th>{escape(column)}</th>" for column in ("", *columns))
        body = ""
        for number, row in enumerate(rows):
            tick = self.choice("cell_check", row[0], on=number == on)
            cells = "".join(f"<td>{escape(cell)}</td>" for cell in row)
            body += f"<tr><td>{tick}</td>{cells}</tr>"
        return self.part("table", head=head, rows=body)


_MARKUP = {"svg", "options", "tabs", "head", "rows", "inside", "links", "icons"}
