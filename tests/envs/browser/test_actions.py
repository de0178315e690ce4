"""Every action reaches the page as meant, and what cannot be done is told as data."""

import gc

import pytest

from handeye.actions import (
    Back,
    Batch,
    Box,
    Click,
    CloseTab,
    Dialog,
    Done,
    Download,
    Drag,
    Forward,
    Goto,
    Hold,
    Hover,
    MouseDown,
    MouseUp,
    NewTab,
    Point,
    Press,
    Reload,
    Scroll,
    SelectOption,
    SwitchTab,
    Target,
    Type,
    Upload,
    Wait,
    Zoom,
)
from handeye.envs.browser import BrowserEnv

EVENTS = """<body style="margin:0"><textarea id=t style="position:absolute;left:300px;top:300px"></textarea>
<script>
 const log = []; document.oncontextmenu = () => false;
 const keys = e => [e.ctrlKey&&'C',e.shiftKey&&'S',e.altKey&&'A',e.metaKey&&'M'].filter(Boolean).join('');
 const note = text => { log.push(text); document.title = log.join(' '); };
 for (const kind of ['mousedown','mouseup','click','dblclick','auxclick'])
   addEventListener(kind, e => note(`${kind}${e.button}${keys(e)}@${e.clientX},${e.clientY}`));
 addEventListener('keydown', e => note(`+${e.key}${keys(e)}`)); addEventListener('keyup', e => note(`-${e.key}`));
 addEventListener('wheel', e => note(`wheel${e.deltaX},${e.deltaY}`));
</script>"""


def at(x, y):
    return Target(point=Point(x=x, y=y))


def heard(driven, action):
    before = driven.env.observe().title
    outcome = driven.env.act(action)
    assert outcome.ok, outcome.error
    return driven.env.observe().title[len(before) :].strip()


@pytest.fixture
def events(driven, site):
    driven.open(site({"/": EVENTS}).url)
    return driven


def test_click_at_the_origin(events):
    assert heard(events, Click(target=at(0, 0))) == "mousedown0@0,0 mouseup0@0,0 click0@0,0"


def test_a_point_outside_is_clamped_to_the_screen_and_told(events):
    outcome = events.env.act(Click(target=at(99999, -5)))
    assert outcome.sent.target.point == Point(x=1279, y=0)


def test_buttons_counts_and_modifiers(events):
    assert "mousedown2@5,6 mouseup2@5,6" in heard(events, Click(target=at(5, 6), button="right"))
    assert "auxclick1@5,6" in heard(events, Click(target=at(5, 6), button="middle"))
    assert heard(events, Click(target=at(5, 6), count=2)).endswith("dblclick0@5,6")
    assert heard(events, Click(target=at(5, 6), count=3)).count("click0") == 4
    said = heard(events, Click(target=at(5, 6), modifiers=("Control", "Shift")))
    assert "click0CS@5,6" in said
    assert said.endswith("-Shift -Control")


def test_mouse_down_and_up_apart_and_drag(events):
    assert heard(events, MouseDown(target=at(7, 8))) == "mousedown0@7,8"
    assert heard(events, MouseUp(target=at(9, 10))).startswith("mouseup0@9,10")
    said = heard(events, Drag(path=(at(10, 10), at(50, 60), at(90, 10))))
    assert said.startswith("mousedown0@10,10 mouseup0@90,10")


@pytest.mark.parametrize(("dx", "dy"), [(0, 120), (0, -120), (80, 0), (-80, 0)])
def test_scroll_in_all_four_directions(events, dx, dy):
    assert heard(events, Scroll(dx=dx, dy=dy)) == f"wheel{dx},{dy}"


def test_chords_and_held_keys(events):
    assert (
        heard(events, Press(keys=("ctrl", "shift", "k")))
        == "+ControlC +ShiftCS +kCS -k -Shift -Control"
    )
    assert heard(events, Hold(keys=("Shift",), seconds=0.05)) == "+ShiftS -Shift"
    assert heard(events, Press(keys=("space",))) == "+ -"


@pytest.mark.parametrize(
    "text",
    ["plain", "a:b'c\"d<e>f&g\\h`i", "Zażółć gęślą jaźń", "漢字かな", "👍🏽 ok", "one\ntwo\tx"],
)
def test_any_text_is_typed_as_it_is(driven, site, text):
    served = site({"/": "<textarea aria-label=Note>old</textarea>"})
    driven.open(served.url)
    spot = Target(point=driven.find("Note").box.center)
    text = text.replace("\t", " ")  # Tab leaves the field, as it does for a person
    assert driven.env.act(Type(text=text, target=spot, clear=True)).ok
    assert driven.find("Note").value == text


def test_clear_with_no_text_empties_a_field(driven, site):
    driven.open(site({"/": "<input aria-label=Name value=old>"}).url)
    spot = Target(point=driven.find("Name").box.center)
    assert driven.env.act(Type(text="", target=spot, clear=True)).ok
    assert driven.find("Name").value == ""


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("date", "2026-11-23"),
        ("time", "13:37"),
        ("color", "#ff8800"),
        ("range", "7"),
        ("number", "2"),
    ],
)
def test_fields_with_pickers_take_their_value(driven, site, kind, value):
    driven.open(site({"/": f"<input type={kind} aria-label=Field min=0 max=10>"}).url)
    spot = Target(point=driven.find("Field").box.center)
    assert driven.env.act(Type(text=value, target=spot, clear=True)).ok
    assert driven.find("Field").value == value


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [
        ("date", "07/26/2017", "2017-07-26"),
        ("date", "26/7/2017", "2017-07-26"),
        ("date", "5.7.2017", "2017-07-05"),
        ("date", "July 26, 2017", "2017-07-26"),
        ("time", "6:01 am", "06:01"),
        ("time", "12:30PM", "12:30"),
        ("month", "July 2017", "2017-07"),
        ("datetime-local", "07/26/2017 6:01 PM", "2017-07-26T18:01"),
    ],
)
def test_dates_and_times_may_be_typed_as_people_write_them(driven, site, kind, typed, value):
    driven.open(site({"/": f"<input type={kind} aria-label=Field autofocus>"}).url)
    spot = Target(point=driven.find("Field").box.center)
    for action in (Type(text=typed), Type(text=typed, target=spot)):
        outcome = driven.env.act(action)
        assert outcome.note == f"filled the {kind} field with {value}"
        assert driven.find("Field").value == value


@pytest.mark.parametrize(
    "kind", ["date", "time", "month", "week", "datetime-local", "color", "range"]
)
def test_what_a_field_cannot_hold_is_told_and_not_dropped(driven, site, kind):
    driven.open(site({"/": f"<input type={kind} aria-label=Field>"}).url)
    spot = Target(point=driven.find("Field").box.center)
    error = driven.env.act(Type(text="whenever", target=spot)).error
    assert error.kind == "invalid"
    assert f"A {kind} field cannot hold 'whenever'. Type it like" in error.message


def test_hover_opens_what_hovering_opens(driven, site):
    page = (
        "<style>b{display:none}p:hover b{display:inline}</style><p>menu <b role=button>Item</b></p>"
    )
    seen = driven.open(site({"/": page}).url)
    spot = next(e for e in seen.elements if e.name.startswith("menu")).box.center
    driven.env.act(Hover(target=Target(point=spot)))
    assert driven.find("Item").role == "button"


def test_wait_for_text_and_for_time(driven, site):
    page = "<p id=p>wait</p><script>setTimeout(() => p.textContent = 'Ready now', 1200)</script>"
    driven.open(site({"/": page}).url)
    assert driven.env.act(Wait(until="text", text="ready NOW", seconds=5)).ok
    late = driven.env.act(Wait(until="text", text="never", seconds=0.1))
    assert (late.error.kind, late.error.maybe_done) == ("timeout", False)
    assert driven.env.act(Wait(until="time", seconds=0.3)).seconds >= 0.3


def test_history_and_reload(driven, site):
    served = site({"/a": "<title>A</title>", "/b": "<title>B</title>"})
    driven.open(served.url + "/a")
    driven.open(served.url + "/b")
    for action, title in ((Back(), "A"), (Forward(), "B"), (Reload(), "B")):
        assert driven.env.act(action).ok
        assert driven.env.observe().title == title
    assert driven.env.act(Forward()).error.kind == "invalid"


def test_tabs_and_popups(driven, site):
    served = site(
        {"/": "<title>One</title><a href=/two target=_blank>more</a>", "/two": "<title>Two</title>"}
    )
    driven.open(served.url)
    driven.env.act(Click(target=Target(point=driven.find("more").box.center)))
    seen = driven.env.observe()
    assert [(tab.title, tab.active) for tab in seen.tabs] == [("One", False), ("Two", True)]
    assert driven.env.act(NewTab(url=served.url + "/two")).ok
    assert len(driven.env.observe().tabs) == 3
    assert driven.env.act(SwitchTab(index=0)).ok
    assert driven.env.observe().title == "One"
    assert driven.env.act(SwitchTab(index=7)).error.kind == "invalid"
    assert driven.env.act(CloseTab(index=2)).ok
    assert driven.env.act(CloseTab(index=1)).ok
    assert [tab.title for tab in driven.env.observe().tabs] == ["One"]
    assert driven.env.act(CloseTab()).error.kind == "invalid"


def test_select_option_by_label_value_and_part(driven, site):
    page = """<select aria-label=Size><option value=s>Small<option value=l>Large<option>Extra wide</select>
    <select aria-label=Many multiple><option>a<option>b<option>c</select>"""
    driven.open(site({"/": page}).url)
    size = Target(point=driven.find("Size").box.center)
    for wanted, value in (("large", "Large"), ("s", "Small"), ("wide", "Extra wide")):
        assert driven.env.act(SelectOption(target=size, options=(wanted,))).ok
        assert driven.find("Size").value == value
    refused = driven.env.act(SelectOption(target=size, options=("Huge",)))
    assert refused.error.kind == "invalid"
    assert "Small, Large" in refused.error.message
    many = Target(point=driven.find("Many").box.center)
    assert driven.env.act(SelectOption(target=many, options=("a", "c"))).ok
    assert driven.find("Many").value == "a, c"


def test_dialogs_are_dismissed_unless_an_answer_is_armed(driven, site):
    page = """<button onclick="document.title=confirm('Sure?')">Ask</button>
    <button onclick="document.title=prompt('Name?')">Name</button>"""
    driven.open(site({"/": page}).url)
    ask = Click(target=Target(point=driven.find("Ask").box.center))
    driven.env.act(ask)
    seen = driven.env.observe()
    assert (seen.title, seen.dialogs[0].message, seen.dialogs[0].accepted) == (
        "false",
        "Sure?",
        False,
    )
    driven.env.act(Batch(actions=(Dialog(accept=True), ask)))
    assert driven.env.observe().title == "true"
    driven.env.act(ask)
    assert driven.env.observe().title == "false"
    driven.env.act(Dialog(accept=True, text="Ada"))
    driven.env.act(Click(target=Target(point=driven.find("Name").box.center)))
    assert driven.env.observe().title == "Ada"


def test_downloads_go_to_the_given_folder(site, reply, tmp_path):
    served = site({"/": "<a href=/f.txt download='../we ird.txt'>Get</a><a href=/none>None</a>"})
    served.pages["/f.txt"] = reply(b"data", headers={"Content-Type": "application/octet-stream"})
    with BrowserEnv(served.url) as env:
        env.save_downloads_to(tmp_path / "downloads")
        link = next(e for e in env.observe().elements if e.name == "Get")
        outcome = env.act(Download(target=Target(point=link.box.center)))
        assert outcome.ok, outcome.error
        (path,) = env.observe().downloads
    saved = list((tmp_path / "downloads").iterdir())
    assert [str(file) for file in saved] == [path]
    assert saved[0].read_bytes() == b"data"


@pytest.mark.parametrize("action", [Click, Download])
def test_a_window_that_opens_for_a_download_is_no_crash(site, reply, tmp_path, until, action):
    served = site({"/": "<title>One</title><a href=/f target=_blank>Get</a>"})
    attached = {"Content-Disposition": "attachment; filename=a.txt"}
    served.pages["/f"] = reply(b"data", headers=attached, delay=0.05)
    with BrowserEnv(served.url) as env:
        env.save_downloads_to(tmp_path)
        for _ in range(6):
            link = next(e for e in env.observe().elements if e.name == "Get")
            outcome = env.act(action(target=Target(point=link.box.center)))
            assert outcome.ok, outcome.error
        assert until(lambda: env.observe().title and len([*tmp_path.iterdir()]) == 6)


@pytest.mark.parametrize("kind", ["click", "type"])
def test_a_window_that_closes_itself_leaves_the_others(site, until, kind):
    pages = {
        "/": "<title>One</title><a href=/two target=_blank>more</a>",
        "/two": "<title>Two</title><button onmousedown=window.close()>Shut</button><input onkeydown=window.close()>",
    }
    with BrowserEnv(site(pages).url) as env:
        link = next(e for e in env.observe().elements if e.name == "more")
        env.act(Click(target=Target(point=link.box.center)))
        assert until(lambda: env.observe().title == "Two")
        place = {e.role: Target(point=e.box.center) for e in env.observe().elements}
        if kind == "click":
            outcome = env.act(Click(target=place["button"]))
            assert outcome.ok, outcome.error
        else:
            outcome = env.act(Type(text="hello", target=place["textbox"]))
            assert outcome.error.maybe_done
            assert "window closed" in outcome.error.message
        assert [(tab.title, tab.active) for tab in env.observe().tabs] == [("One", True)]


def test_uploads_only_from_allowed_folders(site, tmp_path):
    page = "<input type=file aria-label=Logo onchange='document.title=this.files[0].name'>"
    allowed, secret = tmp_path / "ok", tmp_path / "secret"
    for folder in (allowed, secret):
        folder.mkdir()
        (folder / "logo.png").write_bytes(b"x")
    with BrowserEnv(site({"/": page}).url, uploads=(allowed,)) as env:
        field = next(e for e in env.observe().elements if e.role == "file")
        target = Target(point=field.box.center)
        sneaky = f"{allowed}/../secret/logo.png"
        assert env.act(Upload(target=target, paths=(sneaky,))).error.kind == "refused"
        assert (
            env.act(Upload(target=target, paths=(f"{allowed}/none.png",))).error.kind == "invalid"
        )
        assert env.act(Upload(target=target, paths=(f"{allowed}/logo.png",))).ok
        assert env.observe().title == "logo.png"


def test_text_for_a_list_chooses_from_it(driven, site):
    page = "<select aria-label=Size><option value=s>Small<option value=l>Large</select>"
    driven.open(site({"/": page}).url)
    spot = Target(point=driven.find("Size").box.center)
    for text, chosen in (("Large", "Large"), ("s", "Small")):
        assert driven.env.act(Type(text=text, target=spot, clear=True)).ok
        assert driven.find("Size").value == chosen
    error = driven.env.act(Type(text="Huge", target=spot)).error
    assert "no option 'Huge'; it has: Small, Large" in error.message


def test_zoom_shows_a_part_of_the_screen_larger_and_changes_nothing(driven, site):
    page = """<body style="margin:0;height:3000px"><div style="position:absolute;left:100px;top:1100px;
    width:50px;height:50px;background:#00f"></div><script>scrollTo(0, 1000)</script>"""
    driven.open(site({"/": page}).url)
    outcome = driven.env.act(Zoom(region=Box(x1=100, y1=100, x2=150, y2=150), factor=4))
    closer = outcome.closer_look
    assert (closer.space.size.width, closer.space.size.height) == (200, 200)
    assert closer.image.getpixel((100, 100)) == (0, 0, 255)
    assert closer.space.to_input(Point(x=100, y=100)) == Point(x=125, y=125)


def test_what_cannot_be_sent_is_an_error_and_not_an_exception(driven):
    assert driven.env.act(Done()).error.kind == "unsupported"
    assert driven.env.act(Click(target=Target(phrase="Save"))).error.kind == "ungrounded"
    batch = Batch(actions=(Wait(), Click(target=Target(phrase="Save"))))
    assert driven.env.act(batch).error.kind == "ungrounded"


def test_addresses_that_fail_name_the_cause(driven, site, reply):
    served = site({"/500": reply("oops", 500)})
    for url, words in (
        ("http://127.0.0.1:1/", "Browsers refuse the port of"),
        (f"https://127.0.0.1:{served.port}/", "does not speak HTTPS"),
        (f"{served.url}/404", "404"),
        (f"{served.url}/500", "500"),
        ("no address at all", "neither an address"),
        ("file:///nowhere/x.html", "There is no file"),
    ):
        error = driven.env.act(Goto(url=url)).error
        assert error.kind == "navigation", error
        assert words in error.message, error.message


def test_no_element_of_a_page_is_held_when_an_action_is_over(driven, site):
    """Each that is held stays in the browser's memory, for as long as the page is open."""

    def held():
        gc.collect()
        return sum(type(each).__name__ == "ElementHandle" for each in gc.get_objects())

    fields = "<input aria-label=Name><select aria-label=Size><option>S<option>L</select>"
    served = site({"/frame": fields, "/": ""})
    served.pages["/"] = f"{fields}<iframe src={served.other_origin}/frame></iframe>"
    driven.open(served.url)
    before = held()
    elements = driven.env.observe().elements
    for spot in [Target(point=each.box.center) for each in elements if each.role != "text"]:
        driven.env.act(Type(text="L", target=spot))
        driven.env.act(SelectOption(target=spot, options=("L",)))
    assert [each.value for each in driven.env.observe().elements] == ["L", "L", "L", "L"]
    assert held() == before
