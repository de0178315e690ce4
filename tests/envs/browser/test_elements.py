"""What is listed of a page: names, roles, states, boxes; only what is visible and reachable."""

import pytest

from handeye.actions import Click, Point, Size, Target
from handeye.envs.browser import BrowserEnv

FORM = """<!doctype html><title>Form</title>
<h1>Your order</h1>
<form aria-label="Order">
 <label for=mail>Email</label> <input id=mail name=email placeholder="you@example.com" value="a@b.c">
 <label>Password <input type=password value=hunter2></label>
 <label><input type=checkbox checked> Gift</label>
 <label><input type=radio name=d> Express</label>
 <select aria-label=Country><option>Poland<option selected>Turkey</select>
 <textarea title=Note readonly>hello</textarea>
 <button disabled>Pay</button> <input type=submit value="Place order">
 <a href="#x">Terms</a> <a>not a link</a>
 <div role=switch aria-checked=true tabindex=0>Updates</div>
 <div onclick="1">Plain div that clicks</div>
 <button title="Remove"><i class="icon icon-trash"></i></button>
 <button aria-expanded=false>Menu</button>
</form>"""


def roles(elements):
    return {(e.role, e.name) for e in elements}


def test_names_and_roles(driven, site):
    seen = driven.open(site({"/": FORM}).url).elements
    assert {
        ("heading", "Your order"),
        ("textbox", "Email"),
        ("textbox", "Password"),
        ("checkbox", "Gift"),
        ("radio", "Express"),
        ("combobox", "Country"),
        ("textbox", "Note"),
        ("button", "Pay"),
        ("button", "Place order"),
        ("link", "Terms"),
        ("switch", "Updates"),
        ("clickable", "Plain div that clicks"),
        ("button", "Remove"),
        ("button", "Menu"),
    } <= roles(seen)
    assert ("link", "not a link") not in roles(seen)


def test_states(driven, site):
    driven.open(site({"/": FORM}).url)
    mail = driven.find("Email", "textbox")
    assert (mail.value, mail.editable, mail.hints[0]) == ("a@b.c", True, "you@example.com")
    assert driven.find("Gift", "checkbox").checked is True
    assert driven.find("Express", "radio").checked is False
    assert driven.find("Updates").checked is True
    country = driven.find("Country")
    assert (country.value, country.options) == ("Turkey", ("Poland", "Turkey"))
    assert driven.find("Pay").enabled is False
    assert driven.find("Menu").expanded is False
    assert driven.find("Note").editable is False
    assert driven.find("Email", "textbox").region == "form Order"


def test_a_password_is_never_listed(driven, site):
    seen = driven.open(site({"/": FORM}).url)
    assert "hunter2" not in seen.model_dump_json(exclude={"screenshot"})
    assert driven.find("Password", "textbox").value == "•" * 7


def test_covered_hidden_and_scrolled_away_things_are_not_listed(driven, site):
    page = """<body style="margin:0"><button style="position:absolute;left:10px;top:10px">Under</button>
    <div style="position:fixed;inset:0 0 50% 0;background:#fff"><button>Over</button></div>
    <div style="height:400px"></div><button style="visibility:hidden">Invisible</button>
    <button style="display:none">Gone</button><button>Seen</button>
    <div style="height:3000px"></div><button>Below</button>"""
    seen = driven.open(site({"/": page}).url).elements
    assert {name for role, name in roles(seen) if role == "button"} == {"Over", "Seen"}


def test_a_popup_inside_a_row_that_is_scrolled_away_is_listed(driven, site):
    page = """<div style="height:2000px"></div><div>row <div style="position:fixed;left:300px;
    top:200px;background:#fff;padding:60px"><button>Popup</button></div></div>"""
    seen = driven.open(site({"/": page}).url).elements
    assert ("button", "Popup") in roles(seen)


def test_behind_a_modal_dialog_nothing_is_listed(driven, site):
    page = """<button>Behind</button><dialog id=d aria-label=Sure><button>Yes</button></dialog>
    <script>d.showModal()</script>"""
    seen = driven.open(site({"/": page}).url).elements
    assert {name for role, name in roles(seen) if role == "button"} == {"Yes"}
    assert driven.find("Yes").region == "dialog Sure"


def test_shadow_roots_open_and_closed(driven, site):
    page = """<x-open></x-open><x-closed></x-closed><script>
    for (const mode of ["open", "closed"]) customElements.define("x-" + mode, class extends HTMLElement {
      constructor() { super(); const root = this.attachShadow({mode});
        root.innerHTML = `<button onclick="document.title='${mode} clicked'">In ${mode}</button>`; } });
    </script>"""
    driven.open(site({"/": page}).url)
    for mode in ("open", "closed"):
        spot = Target(point=driven.find(f"In {mode}").box.center)
        driven.env.act(Click(target=spot))
        assert driven.env.observe().title == f"{mode} clicked"


def test_frames_of_the_same_and_of_another_origin(driven, site):
    inner = "<button onclick=\"this.textContent='Pressed'\">Inner {}</button>"
    served = site({"/same": inner.format("same"), "/other": inner.format("other")})
    served.pages["/"] = f"""<p>top</p><iframe name=near src="/same"></iframe>
    <iframe name=far style="margin:40px;border:5px solid" src="{served.other_origin}/other"></iframe>"""
    driven.open(served.url)
    near, far = driven.find("Inner same"), driven.find("Inner other")
    assert (near.frame, far.frame) == ("near", "far")
    for element in (near, far):
        driven.env.act(Click(target=Target(point=element.box.center)))
    pressed = [e for e in driven.env.observe().elements if e.name == "Pressed"]
    assert {e.frame for e in pressed} == {"near", "far"}


def test_rows_and_repeated_cards_are_items(driven, site):
    page = """<table><tr><td>Alice<td><button>Delete</button><tr><td>Bob<td><button>Delete</button></table>
    <div><div class=card><b>One</b><button>Buy</button></div><div class=card><b>Two</b>
    <button>Buy</button></div><div class=card><b>Three</b><button>Buy</button></div></div>"""
    seen = driven.open(site({"/": page}).url).elements
    deletes = [e for e in seen if e.name == "Delete"]
    assert [e.item_text for e in deletes] == ["Alice Delete", "Bob Delete"]
    assert deletes[0].item != deletes[1].item
    assert [e.item_text for e in seen if e.name == "Buy"] == ["One Buy", "Two Buy", "Three Buy"]


def test_a_control_drawn_by_its_label_has_the_labels_box(driven, site):
    page = """<input type=checkbox id=c style="opacity:0;position:absolute;width:1px;height:1px">
    <label for=c style="display:inline-block;width:200px;height:40px;background:#def">Fancy</label>"""
    driven.open(site({"/": page}).url)
    box = driven.find("Fancy", "checkbox").box
    assert box.width == 200
    driven.env.act(Click(target=Target(point=box.center)))
    assert driven.find("Fancy", "checkbox").checked is True


@pytest.mark.parametrize("scale", [1.0, 1.25, 1.5, 2.0])
def test_boxes_and_clicks_are_in_screenshot_pixels_at_every_device_scale(scale, site):
    page = """<body style="margin:0"><div id=t style="position:absolute;left:100px;top:60px;width:40px;
    height:20px;background:#f00" onclick="document.title=event.clientX+','+event.clientY" role=button
    aria-label=Red></div>"""
    served = site({"/": page})
    with BrowserEnv(served.url, device_scale=scale, viewport=Size(width=400, height=300)) as env:
        seen = env.observe()
        size = seen.screenshot.space.size
        assert (size.width, size.height) == (400 * scale, 300 * scale)
        red = next(e for e in seen.elements if e.name == "Red")
        assert red.box.center == Point(x=120 * scale, y=70 * scale)
        assert seen.screenshot.image.getpixel((round(120 * scale), round(70 * scale))) == (
            255,
            0,
            0,
        )
        env.act(Click(target=Target(point=red.box.center)))
        assert env.observe().title == "120,70"


def test_half_characters_in_a_page_do_no_harm(driven, site):
    page = "<button id=b>x</button><script>b.textContent = 'half \\ud83d'; document.title = '\\ude00'; b.title = '\\ud800'</script>"
    seen = driven.open(site({"/": page}).url)
    assert "half" in seen.model_dump_json(exclude={"screenshot"})


NAMES = """<div role=dialog aria-label=Order><form aria-label=Address><label>Country
  <select><option>Poland<option>Turkey</select></label></form></div>
<section><h2 hidden>Draft</h2><h2>Trips</h2><button>Add</button></section>
<p id=mixed>Visit <a href="#a">the site with a long name</a> to find out more about it</p>
<div tabindex=0 title="Keep it"><button style="width:100%">Save</button></div>
<div role=menuitem tabindex=0><span>R</span>ename <b>F2</b></div>
<div role=menuitem tabindex=0><span>Desk</span><span>lamp</span></div>
<div contenteditable role=textbox aria-label=Code><div><span>print</span><span>(1)</span></div></div>"""


def test_a_name_holds_neither_options_nor_gaps_within_a_word(driven, site):
    listed = driven.open(site({"/": NAMES}).url).elements
    assert driven.find("Country", "combobox").value == "Poland"
    names = [e.name for e in listed if e.role == "menuitem"]
    assert names == ["Rename F2", "Desk lamp"]


def test_a_region_names_the_dialog_around_it_and_the_heading_that_shows(driven, site):
    driven.open(site({"/": NAMES}).url)
    assert driven.find("Country", "combobox").region == "dialog Order › form Address"
    assert driven.find("Add").region == "section Trips"


def test_the_box_of_a_text_leaves_out_the_link_in_it(driven, site):
    driven.open(site({"/": NAMES}).url)
    link = driven.find("the site with a long name", "link")
    text = driven.find("Visit to find out more about it", "text")
    assert not link.box.contains(text.box.center)


def test_a_wrapper_that_is_no_more_than_its_button_is_left_out(driven, site):
    listed = driven.open(site({"/": NAMES}).url).elements
    assert not [e for e in listed if e.role == "clickable"]
    assert "Keep it" in driven.find("Save", "button").hints


def test_the_pieces_of_an_editor_are_its_value(driven, site):
    listed = driven.open(site({"/": NAMES}).url).elements
    assert driven.find("Code", "textbox").value == "print(1)"
    assert not [e for e in listed if e.role == "text" and "print" in e.name]


LISTENING = """<p>See <span id=word>details</span> and <span>nothing</span>.</p>
<div id=swatch style="width:40px;height:40px"></div>
<svg width=90 height=40><rect id=bar width=30 height=40 /><rect x=50 width=30 height=40 /></svg>
<ul id=list><li>one <button>Buy</button></li><li>two</li></ul>
<div id=app style="width:100vw;height:60vh">the whole application</div>
<script>
  for (const id of ["word", "swatch", "bar", "list", "app"])
    document.getElementById(id).addEventListener("click", () => {});
  document.addEventListener("click", () => {});
</script>"""


def test_what_listens_to_clicks_is_listed_but_not_what_holds_others(driven, site):
    listed = driven.open(site({"/": LISTENING}).url).elements
    clicked = {(e.name, *e.hints[:1]) for e in listed if e.role == "clickable"}
    assert clicked == {("details", "word"), ("", "swatch"), ("", "bar")}
    assert ("button", "Buy") in roles(listed)
    assert ("text", "the whole application") in roles(listed)
