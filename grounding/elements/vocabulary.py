"""The words that people use for parts of a screen: roles, ordinals, states, places, synonyms.

Data only, so that a missing word is one line to add and never a branch in the code.
"""


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


PRESSED = ("button", "link", "menuitem", "tab", "option", "treeitem", "clickable", "file", "color")
CHECKED = ("checkbox", "radio", "switch", "menuitemcheckbox", "menuitemradio")
EDITED = ("textbox", "searchbox", "combobox", "spinbutton")
CHOSEN = ("combobox", "listbox", "select")
PICTURES = ("img", "image", "graphics-symbol", "figure")
STATIC = _set(
    "text heading cell columnheader rowheader img image figure row listitem label paragraph"
    " table list dialog alertdialog region group article status alert gridcell canvas video"
)
TEXTUAL = ("text", "label", "paragraph", "status", "alert")

# role words -> (roles that are meant, roles that are close enough)
ROLES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "button": (("button",), ("link", "menuitem", "tab", "switch", "radio", "option")),
    "btn": (("button",), ("link",)),
    "link": (("link",), ("button", "menuitem", "tab", "option")),
    "hyperlink": (("link",), ("button",)),
    "field": (EDITED, ("listbox", "select", "slider")),
    "box": (EDITED, ("checkbox", "listbox", "select")),
    "input": (EDITED, ("checkbox", "slider", "listbox", "select")),
    "input field": (EDITED, ()),
    "input box": (EDITED, ()),
    "text field": (EDITED, ()),
    "text box": (EDITED, ()),
    "text area": (EDITED, ()),
    "text input": (EDITED, ()),
    "input textbox": (EDITED, ()),
    "input text box": (EDITED, ()),
    "textbox": (EDITED, ()),
    "textarea": (EDITED, ()),
    "textfield": (EDITED, ()),
    "editor": (EDITED, ()),
    "number field": (("spinbutton",), EDITED),
    "date field": (EDITED, ()),
    "search field": (("searchbox",), ()),
    "search box": (("searchbox",), ()),
    "search bar": (("searchbox",), ()),
    "search input": (("searchbox",), ()),
    "searchbox": (("searchbox",), EDITED),
    "bar": (("searchbox", "slider"), EDITED),
    "spinner": (("spinbutton",), EDITED),
    "stepper": (("spinbutton",), EDITED),
    "checkbox": (("checkbox", "menuitemcheckbox"), ("switch", "radio")),
    "check box": (("checkbox", "menuitemcheckbox"), ("switch", "radio")),
    "tickbox": (("checkbox",), ("switch",)),
    "tick box": (("checkbox",), ("switch",)),
    "radio": (("radio", "menuitemradio"), ("checkbox",)),
    "radio button": (("radio", "menuitemradio"), ("checkbox",)),
    "switch": (("switch",), ("checkbox", "button")),
    "toggle": (("switch",), ("checkbox", "button")),
    "toggle switch": (("switch",), ("checkbox", "button")),
    "toggle button": (("switch", "button"), ("checkbox",)),
    "tab": (("tab",), ("link", "button", "radio")),
    "menu": (("menu", "menubar"), ("button", "combobox", "listbox", "menuitem", "link")),
    "menu item": (("menuitem", "menuitemcheckbox", "menuitemradio"), ("option", "link", "button")),
    "menu entry": (("menuitem", "menuitemcheckbox", "menuitemradio"), ("option", "link", "button")),
    "menu button": (("button",), ("link",)),
    "dropdown": (CHOSEN, ("button", "menu")),
    "dropdown menu": (CHOSEN, ("button", "menu")),
    "dropdown list": (CHOSEN, ("button", "menu")),
    "select": (CHOSEN, ("button",)),
    "select box": (CHOSEN, ("button",)),
    "combobox": (CHOSEN, ("textbox", "button")),
    "combo box": (CHOSEN, ("textbox", "button")),
    "scroll list": (("listbox", "list"), ("combobox", "select")),
    "list": (("listbox", "combobox", "select", "list"), ()),
    "option": (("option", "radio"), ("menuitem", "treeitem", "checkbox", "link", "button")),
    "choice": (("option", "radio"), ("menuitem", "checkbox", "link", "button")),
    "suggestion": (("option",), ("menuitem", "link", "button")),
    "color picker": (("color",), EDITED),
    "colour picker": (("color",), EDITED),
    "date picker": (EDITED, ()),
    "slider": (("slider",), ("spinbutton",)),
    "icon": ((*PICTURES, "button"), ("link", "menuitem", "tab", "switch")),
    "image": (PICTURES, ("link", "button")),
    "picture": (PICTURES, ("link", "button")),
    "photo": (PICTURES, ("link", "button")),
    "logo": (PICTURES, ("link", "button")),
    "heading": (("heading",), ("text",)),
    "header": (("heading", "columnheader"), ("text",)),
    "title": (("heading",), ("text", "link")),
    "text": (TEXTUAL, ("heading", "cell", "gridcell", "link")),
    "label": (TEXTUAL, ("heading", "cell")),
    "message": (TEXTUAL, ("heading", "cell", "link")),
    "paragraph": (TEXTUAL, ()),
    "cell": (("cell", "gridcell", "columnheader", "rowheader"), ("text", *EDITED)),
    "column": (("columnheader",), ("cell", "text")),
    "column header": (("columnheader",), ("cell", "text")),
    "dialog": (("dialog", "alertdialog"), ()),
    "node": (("treeitem",), ("link", "button")),
    "canvas": (("canvas",), ()),
    "video": (("video",), ()),
    "element": ((*PRESSED, *CHECKED, *EDITED), ("text",)),
    "control": ((*PRESSED, *CHECKED, *EDITED), ()),
    "one": ((*PRESSED, *CHECKED, *EDITED), ("text",)),
}
# words for one thing out of many alike; their elements are told apart by Element.item
ITEM_WORDS = frozenset({"result", "item", "entry", "row", "card", "product", "search result"})

ORDINALS = {
    "first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4,
    "fifth": 5, "5th": 5, "sixth": 6, "6th": 6, "seventh": 7, "7th": 7, "eighth": 8, "8th": 8,
    "ninth": 9, "9th": 9, "tenth": 10, "10th": 10, "last": -1, "topmost": 1, "bottommost": -1,
    "second to last": -2, "second last": -2, "last but one": -2, "penultimate": -2,
    "third to last": -3, "next to last": -2,
}  # fmt: skip

# adjective -> (field of Element, what it must be)
STATES: dict[str, tuple[str, object]] = {
    "checked": ("checked", True),
    "ticked": ("checked", True),
    "unchecked": ("checked", False),
    "unticked": ("checked", False),
    "selected": ("selected", True),
    "current": ("selected", True),
    "active": ("selected", True),
    "unselected": ("selected", False),
    "disabled": ("enabled", False),
    "greyed out": ("enabled", False),
    "enabled": ("enabled", True),
    "expanded": ("expanded", True),
    "open": ("expanded", True),
    "collapsed": ("expanded", False),
    "closed": ("expanded", False),
    "focused": ("focused", True),
    "empty": ("value", ""),
    "blank": ("value", ""),
}

# word -> where on the screen, as fractions of width and height (None: anywhere)
PLACES: dict[str, tuple[float | None, float | None]] = {
    "top": (None, 0.0), "bottom": (None, 1.0), "left": (0.0, None), "right": (1.0, None),
    "upper": (None, 0.0), "lower": (None, 1.0),
    "top left": (0.0, 0.0), "top right": (1.0, 0.0), "bottom left": (0.0, 1.0),
    "bottom right": (1.0, 1.0), "upper left": (0.0, 0.0), "upper right": (1.0, 0.0),
    "lower left": (0.0, 1.0), "lower right": (1.0, 1.0),
    "center": (0.5, 0.5), "centre": (0.5, 0.5), "middle": (0.5, 0.5),
}  # fmt: skip

# names for areas: words that a region's own name or role may have, and where it lies otherwise
AREAS: dict[str, tuple[tuple[str, ...], tuple[float | None, float | None]]] = {
    "header": (("banner", "header"), (None, 0.0)),
    "footer": (("contentinfo", "footer"), (None, 1.0)),
    "sidebar": (("complementary", "aside", "sidebar", "navigation"), (0.0, None)),
    "navigation": (("navigation", "nav", "menubar"), (None, 0.0)),
    "nav": (("navigation", "nav", "menubar"), (None, 0.0)),
    "navbar": (("navigation", "nav", "banner"), (None, 0.0)),
    "dialog": (("dialog", "alertdialog"), (None, None)),
    "popup": (("dialog", "alertdialog", "menu", "listbox"), (None, None)),
    "modal": (("dialog", "alertdialog"), (None, None)),
    "toolbar": (("toolbar",), (None, 0.0)),
    "menu": (("menu", "menubar", "navigation"), (None, None)),
    "menubar": (("menubar",), (None, 0.0)),
    "tabs": (("tablist", "tab"), (None, 0.0)),
    "tabbar": (("tablist",), (None, 0.0)),
    "titlebar": (("title",), (None, 0.0)),
    "main": (("main",), (None, None)),
    "form": (("form",), (None, None)),
    "table": (("table", "grid"), (None, None)),
    "list": (("list", "listbox"), (None, None)),
}
# words that say only that an area is meant: "the Billing section"
AREA_NOUNS = _set(
    "section area region panel group card dialog popup modal window form table list menu sidebar"
    " toolbar box frame page screen corner side part view bar header footer navigation nav navbar"
    " main content fieldset tab tabs"
)
# what menus are called in most applications, and the buttons that end a dialog
MENUS = _set(
    "file edit view insert format tools window help search options go bookmarks history document"
    " project build run selection terminal table data statistics image layer colors filters select"
    " settings debug tabs"
)
ENDINGS = frozenset({
    "ok", "cancel", "close", "apply", "yes", "no", "save", "discard", "confirm", "done", "got it",
    "don t save", "dont save", "save changes", "not now", "accept", "reject", "agree", "continue",
    "submit", "dismiss", "delete", "open", "replace", "abort", "retry", "keep", "later",
})  # fmt: skip
# regions that hold no results
SIDE_REGIONS = _set(
    "navigation nav banner header contentinfo footer complementary menu menubar toolbar search"
    " breadcrumb breadcrumbs sidebar pagination"
)

SYNONYMS = (
    ("close", "dismiss", "x", "×", "✕", "✖", "✗", "❌"),
    ("delete", "remove", "trash", "bin", "🗑", "❌"),
    ("search", "find", "magnifier", "🔍"),
    ("menu", "hamburger", "☰", "≡"),
    ("settings", "preferences", "gear", "cog", "⚙"),
    ("add", "plus", "+", "＋", "➕"),
    ("remove", "minus", "−", "➖"),
    ("edit", "pencil", "✎", "✏"),
    ("cart", "basket", "bag"),
    ("login", "signin"),
    ("logout", "signout"),
    ("register", "signup"),
    ("email", "mail"),
    ("phone", "telephone", "tel"),
    ("quantity", "qty"),
    ("next", "›", "»", "→", ">"),
    ("previous", "prev", "‹", "«", "←", "<"),
    ("back", "←"),
    ("home", "⌂"),
    ("more", "⋮", "⋯", "…", "kebab"),
    ("help", "?"),
    ("dropdown", "▾", "▼", "⌄"),
    ("favourite", "favorite", "star", "heart", "★", "☆"),
    ("photo", "picture", "image"),
    ("confirm", "ok", "okay"),
    ("sort", "order"),
)
# parts of a screen that are written as one word with what they are for: "titlebar", "okbtn"
PARTS = _set("bar box btn button field input icon area")
# words in a name that say nothing about what it is
NOISE = frozenset({"required", "optional"})
# two words that are also written, or said, as one
JOINED = {
    ("log", "in"): "login", ("sign", "in"): "signin", ("log", "out"): "logout",
    ("sign", "out"): "signout", ("sign", "up"): "signup", ("e", "mail"): "email",
    ("check", "out"): "checkout", ("user", "name"): "username", ("pass", "word"): "password",
    ("post", "code"): "postcode", ("zip", "code"): "zipcode", ("drop", "down"): "dropdown",
    ("shopping", "cart"): "cart", ("shopping", "basket"): "basket", ("shopping", "bag"): "bag",
}  # fmt: skip

ARTICLES = frozenset({"the", "a", "an", "this", "that", "its", "their"})
# what phrases are told with as orders; of two that begin alike the longer one first
ORDERS = (
    "click on", "tap on", "press on", "click", "tap", "press", "hit",
    "open", "go to", "switch to", "choose", "select",
)  # fmt: skip
POLITE = frozenset({"please", "kindly", "just", "simply"})
FILLERS = ARTICLES | _set(
    "with text label labelled labeled called named name titled reading saying says marked caption"
    " placeholder of is which that has it for to"
)
LIGHT = _set("a an the of to for in on at with and or my your this that by from as")
