"""Each gesture reaches an application as meant: a client logs what arrives, on two layouts.

The window manager takes alt and super with the mouse for itself, as most do.
"""

import itertools
import string
import threading

import psutil
import pytest

from handeye.actions import (
    Action,
    Batch,
    Click,
    Drag,
    Hold,
    Hover,
    MouseDown,
    MouseUp,
    Point,
    Scroll,
    Target,
    Type,
)
from handeye.actions import Press as PressKeys
from handeye.envs.desktop.perform import perform
from handeye.envs.desktop.x11.keysyms import KEYS

HERE, THERE, BEYOND = (500, 350), (600, 400), (700, 380)
NUMBERS = {"left": 1, "middle": 2, "right": 3, "back": 8, "forward": 9}
LAYOUTS = ["us", "de"]
PLACES = itertools.cycle(range(20))
WHEEL = {"up": 4, "down": 5, "left": 6, "right": 7}


def spot(place: tuple[int, int]) -> Target:
    return Target(point=Point(x=place[0], y=place[1]))


@pytest.fixture(scope="module", params=LAYOUTS)
def heard(client, request):
    """What the client hears of an action, on each layout."""
    client.layout(request.param)
    yield client.hear
    client.layout("us")


MODIFIED = [
    ("left", 1, ("Control",)), ("left", 1, ("Shift",)), ("left", 1, ("Alt",)),
    ("left", 1, ("Meta",)), ("left", 1, ("Control", "Shift")), ("left", 1, ("Control", "Alt")),
    ("right", 1, ("Alt",)), ("middle", 1, ("Alt",)), ("right", 1, ("Control",)),
    ("left", 2, ("Alt",)), ("left", 2, ("Control",)), ("left", 3, ("Shift",)),
]  # fmt: skip
PLAIN = [(button, count, ()) for button in NUMBERS for count in (1, 2, 3)]


@pytest.mark.parametrize(("button", "count", "modifiers"), [*PLAIN, *MODIFIED])
def test_clicks(client, button, count, modifiers):
    place = (400 + 20 * next(PLACES), 300)  # elsewhere each time: see the double clicks below
    click = Click(target=spot(place), button=button, count=count, modifiers=modifiers)
    got = client.hear(click)
    assert got.buttons() == [(NUMBERS[button], frozenset(modifiers), place)] * count
    assert got.left_down() == []


def test_hover(client):
    client.hear(Hover(target=spot(THERE)))
    assert client.hear(Hover(target=spot(HERE))).lines == [["move", *HERE, 0]]


@pytest.mark.parametrize("button", ["left", "middle", "right"])
def test_drag_along_a_path(client, button):
    got = client.hear(Drag(path=(spot(HERE), spot(THERE), spot(BEYOND)), button=button))
    kinds = [line[0] for line in got.lines]
    first, last = kinds.index("button"), len(kinds) - 1
    assert got.buttons() == [(NUMBERS[button], frozenset(), HERE)]
    assert got.lines[last][:3] == ["button", "up", NUMBERS[button]]
    assert got.lines[last][4:6] == list(BEYOND)
    between = [tuple(line[1:3]) for line in got.lines[first + 1 : last]]
    assert len(between) >= 10
    assert THERE in between
    bit = 1 << (7 + NUMBERS[button])
    assert all(line[3] & bit for line in got.lines[first + 1 : last])


@pytest.mark.parametrize("button", NUMBERS)
def test_press_and_release_apart(client, button):
    pressed = client.hear(MouseDown(target=spot(HERE), button=button))
    assert pressed.buttons() == [(NUMBERS[button], frozenset(), HERE)]
    assert pressed.left_down() == [("button", NUMBERS[button])]
    released = client.hear(MouseUp(target=spot(THERE), button=button))
    assert ["button", "up", NUMBERS[button]] in [line[:3] for line in released.lines]


@pytest.mark.parametrize(
    ("scroll", "ticks"),
    [
        (Scroll(dy=100), {"down": 1}), (Scroll(dy=-100), {"up": 1}), (Scroll(dx=100), {"right": 1}),
        (Scroll(dx=-100), {"left": 1}), (Scroll(dy=500), {"down": 5}), (Scroll(dy=30), {"down": 1}),
        (Scroll(dx=200, dy=-300), {"right": 2, "up": 3}),
    ],
    ids=str,
)  # fmt: skip
def test_scroll_by_ticks(client, scroll, ticks):
    got = client.hear(scroll.model_copy(update={"target": spot(HERE)}))
    counts = {way: sum(press.what == WHEEL[way] for press in got.buttons()) for way in WHEEL}
    assert {way: count for way, count in counts.items() if count} == ticks
    assert all(press.at == HERE for press in got.buttons())


@pytest.mark.parametrize("name", sorted(set(KEYS) - {"Control", "Shift", "Alt", "Meta"}))
def test_named_keys(heard, client, name):
    # A lock is turned on and off again.
    got = heard(PressKeys(keys=(name,)))
    if name.endswith("Lock"):
        client.hear(PressKeys(keys=(name,)))
    assert [press.what for press in got.pressed()] in ([KEYS[name]], SAME.get(name))
    assert got.left_down() == []


SAME = {"NumpadDecimal": [0xFFAC]}  # the comma of a German keypad is its decimal key


@pytest.mark.parametrize("name", ["Control", "Shift", "Alt", "Meta"])
def test_modifiers_alone(heard, name):
    got = heard(PressKeys(keys=(name,)))
    assert [line[1:3] for line in got.lines] == [["down", KEYS[name]], ["up", KEYS[name]]]


@pytest.mark.parametrize(
    ("keys", "arrives"),
    [
        (("Control", "a"), "a"), (("Control", "S"), "s"), (("Control", "Shift", "t"), "T"),
        (("Alt", "f"), "f"), (("Meta", "x"), "x"), (("Control", "Alt", "Meta", "y"), "y"),
        (("Control", "F5"), KEYS["F5"]), (("Shift", "F10"), KEYS["F10"]),
        (("Control", "Home"), KEYS["Home"]), (("Shift", "Insert"), KEYS["Insert"]),
        (("Meta", "Numpad5"), KEYS["Numpad5"]), (("Control", "é"), "é"),
        (("Control", "PageDown"), KEYS["PageDown"]), (("Shift", "ArrowLeft"), KEYS["ArrowLeft"]),
    ],
    ids=lambda value: "+".join(value) if isinstance(value, tuple) else "",
)  # fmt: skip
def test_chords(heard, keys, arrives):
    got = heard(PressKeys(keys=keys))
    wanted = ord(arrives) if isinstance(arrives, str) else arrives
    assert [press.what for press in got.pressed()] == [wanted]
    assert got.pressed()[0].held >= {*keys[:-1]}
    assert got.left_down() == []


def test_hold(heard):
    got = heard(Hold(keys=("Control", "x"), seconds=0.05))
    assert {press.what for press in got.pressed()} == {ord("x")}
    assert got.left_down() == []


ASCII = "".join(map(chr, range(32, 127)))
TEXTS = {
    "ascii": ASCII,
    "ascii backwards": ASCII[::-1],
    "lines and tabs": "one\ttwo\nthree\r\nfour",
    "accents": "éèñøßÉ€¿",
    "other alphabets": "Доλשم",
    "chinese": "漢字のカ。",
    "hangul": "안녕",
    "emoji": "👍 😀 👩‍💻 🇩🇪",
    "mixed": 'a<b>é"漢"</b>; x = {y: [1, 2]} && `ls` | ~/@home # 100 %\n',
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_texts(heard, text):
    got = heard(Type(text=text))
    assert got.text() == text.replace("\r\n", "\n")
    assert got.left_down() == []


@pytest.mark.parametrize("lock", ["CapsLock", "NumLock"])
def test_texts_do_not_depend_on_locks(heard, lock):
    heard(PressKeys(keys=(lock,)))
    try:
        got = heard(Type(text="Straße 7, ÉCOLE"))
        digit = heard(PressKeys(keys=("Numpad7",)))
    finally:
        heard(PressKeys(keys=(lock,)))
    assert got.text() == "Straße 7, ÉCOLE"
    assert [press.what for press in digit.pressed()] == [KEYS["Numpad7"]]


def test_a_batch(client):
    parts: tuple[Action, ...] = (Click(target=spot(HERE)), Type(text=string.ascii_letters))
    got = client.hear(Batch(actions=parts))
    assert got.text() == string.ascii_letters
    assert len(got.buttons()) == 1


def test_the_note_says_how_a_text_was_typed(client):
    client.layout("us")
    assert perform(client.desk, Type(text="plain")) == ""
    assert "lacks é漢" in perform(client.desk, Type(text="é漢é"))


def test_more_new_characters_than_there_are_unused_keys(client):
    text = "".join(map(chr, range(0x4E00, 0x4E00 + 25)))
    assert client.hear(Type(text=text)).text() == text


def test_keys_keep_their_meaning_until_a_busy_application_has_read_them(client):
    """The screen is at rest all the while: nothing but the application itself can say it is late."""
    running = psutil.process_iter(["cmdline"])
    [listener] = (each for each in running if str(client.log) in (each.info["cmdline"] or ()))
    text = "".join(map(chr, range(0x5000, 0x5000 + 50)))
    listener.suspend()
    later = threading.Timer(1.0, listener.resume)
    later.start()
    try:
        perform(client.desk, Type(text=text))
    finally:
        later.join()
    assert client.read().text() == text


def test_a_layout_without_latin_letters(client):
    client.layout("ru")
    try:
        assert client.hear(Type(text="Привет, hello")).text() == "Привет, hello"
        got = client.hear(PressKeys(keys=("Control", "c"))).pressed()
    finally:
        client.layout("us")
    assert got == [(ord("c"), frozenset({"Control"}), None)]


def test_a_triple_click_is_three_clicks_also_to_a_window_manager_that_gets_little_time(client):
    """It passes on each press that it has looked at; what comes meanwhile can be lost."""
    running = psutil.process_iter(["cmdline"])
    config = str(client.log.parents[1])
    [manager] = (
        each for each in running
        if (command := each.info["cmdline"]) and command[0] == "openbox" and config in command[-1]
    )  # fmt: skip
    over = threading.Event()

    def hold_up():
        while not over.wait(0.004):
            manager.suspend()
            over.wait(0.008)
            manager.resume()

    holding = threading.Thread(target=hold_up)
    holding.start()
    counts = []
    try:
        for _ in range(30):
            place = (400 + 20 * next(PLACES), 300)
            counts.append(len(client.hear(Click(target=spot(place), count=3)).buttons()))
    finally:
        over.set()
        holding.join()
    assert counts == [3] * 30


def test_two_clicks_are_no_double_click(client):
    """Toolkits count two clicks within half a second as one double click."""
    times = []
    for _ in range(2):
        (down,) = [
            line
            for line in client.hear(Click(target=spot(HERE))).lines
            if line[:2] == ["button", "down"]
        ]
        times.append(down[6])
    assert times[1] - times[0] > 500


def test_a_swapped_mouse(client):
    """Left-handed people swap the buttons; a left click stays one."""
    link = client.system._link
    link.set_pointer_mapping([3, 2, 1, 4, 5, 6, 7, 8, 9, 10])
    link.sync()
    try:
        got = client.hear(Click(target=spot(THERE)))
        right = client.hear(Click(target=spot(THERE), button="right"))
    finally:
        link.set_pointer_mapping([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
        link.sync()
    assert [press.what for press in got.buttons()] == [1]
    assert [press.what for press in right.buttons()] == [3]


@pytest.mark.parametrize("action", [
    Drag(path=(spot(HERE), spot(THERE), spot(BEYOND))),
    Click(target=spot(HERE), modifiers=("Control", "Alt")),
    Hold(keys=("Control", "Shift"), seconds=5),
    Type(text="abcÄ漢def"),
], ids=lambda action: action.kind)  # fmt: skip
@pytest.mark.parametrize("sent_before", [1, 3, 6])
def test_ctrl_c_in_the_middle_leaves_nothing_down(client, monkeypatch, action, sent_before):
    from Xlib.ext import xtest

    sent = 0
    real = xtest.fake_input

    def interrupted(*args, **kwargs):
        nonlocal sent
        sent += 1
        if sent == sent_before + 1:
            raise KeyboardInterrupt
        return real(*args, **kwargs)

    client.read()
    monkeypatch.setattr(xtest, "fake_input", interrupted)
    if action.kind == "hold":
        monkeypatch.setattr(client.desk.camera, "pause", lambda _: interrupted())
        sent = sent_before - 2 if sent_before > 2 else 0
    with pytest.raises(KeyboardInterrupt):
        perform(client.desk, action)
    monkeypatch.undo()
    assert client.read().left_down() == []
