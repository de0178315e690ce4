"""Steps that need a look at the page first, on real pages: find, copy, compare, sort, slide, dates."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from handeye.actions import Goto
from handeye.agent.instructions.values import solved
from handeye.envs.browser import BrowserEnv

# The log has its room from the start: what is written there moves nothing under the pointer.
STYLE = """<style>body{font:16px sans-serif;margin:20px}td,th{padding:4px 12px}
#log{min-height:3em}</style>"""
LOG = "<p id=log></p><script>const log = text => document.getElementById('log').append(text + ' ');</script>"


@pytest.fixture(scope="module")
def browser() -> Iterator[BrowserEnv]:
    with BrowserEnv() as env:
        yield env


@pytest.fixture
def follow(browser: BrowserEnv, agent_run: Any, site: Any) -> Callable[[str, str], str]:
    """Follows a task on a page, which has to end well; returns what the page then shows."""

    def run(body: str, task: str) -> str:
        assert browser.act(Goto(url=site({"/": STYLE + LOG + body}).url)).ok
        result, _ = agent_run(browser, task, steps=60)
        assert result.ok, result.message
        seen = browser.observe().elements or ()
        fields = {each.name: each.value for each in seen if each.value}
        return f"{' | '.join(each.name for each in seen if each.role == 'text')} {fields}"

    return run


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("2 + x = 5", "3"),
        ("4 × 2 =", "8"),
        ("3x - 1 = 8", "3"),
        ("2 * (3 + 4) =", "14"),
        ("1 ÷ 0 =", None),
    ],
)
def test_sums_are_solved(text: str, answer: str | None) -> None:
    found = solved(text)
    assert answer == (None if found is None else str(found))


def test_a_sum_of_the_page_is_worked_out(follow: Any) -> None:
    page = follow(
        "<p>12 - 5 =</p><label>Answer <input></label>",
        "Solve the sum and type the answer into the Answer field",
    )
    assert "'Answer': '7'" in page


def test_a_word_is_taken_from_a_text(follow: Any) -> None:
    page = follow(
        "<p>Ships leave harbours early</p><label>Code <input></label>"
        "<label>Poem <textarea>grey geese go</textarea></label>",
        "Find the second word in Poem, and type it into Code",
    )
    assert "'Code': 'geese'" in page


ROOMS = "".join(
    f"<li>{name} room <b>${price}</b> <button data-name={name}>Take</button></li>"
    for name, price in (("Blue", 90), ("Oak", 45), ("Sea", 120))
)
CARDS = f"""<ul>{ROOMS}</ul><script>for (const b of document.querySelectorAll("button"))
b.onclick = () => log("took " + b.dataset.name);</script>"""


@pytest.mark.parametrize(
    ("task", "taken"),
    [
        ("Book the room with the lowest price", "Oak"),
        ("Choose the room with the highest price", "Sea"),
    ],
)
def test_the_least_and_the_most_are_compared(follow: Any, task: str, taken: str) -> None:
    assert f"took {taken} " in follow(CARDS, task) + " "


def test_what_follows_a_find_is_done_beside_what_was_found(follow: Any) -> None:
    page = follow(CARDS, "Find the room called Sea, and click Take")
    assert "took Sea" in page
    assert "took Blue" not in page


def test_numbers_are_clicked_in_their_order(follow: Any) -> None:
    buttons = "".join(f"<button onclick='log({n})'>{n}</button>" for n in (31, 4, 120, 15))
    assert "4 15 31 120" in follow(buttons, "Click the numbers in ascending order")
    assert "120 31 15 4" in follow(buttons, "Press the numbers in descending order")


def test_a_slider_is_brought_to_a_number(follow: Any) -> None:
    page = follow(
        "<label>Volume <input type=range min=0 max=60 value=20></label>", "Set the slider to 33"
    )
    assert "'Volume': '33'" in page


def test_a_message_is_answered(follow: Any) -> None:
    page = follow(
        """<ul><li><a href=#>Ida: lunch?</a></li><li><a href=#>Jon: the boat</a></li></ul>
        <script>for (const a of document.querySelectorAll("a")) a.onclick = () => {
          document.body.insertAdjacentHTML("beforeend", `<h2>${a.textContent}</h2>
          <button onclick="this.nextElementSibling.hidden = false">Reply</button>
          <div hidden><textarea aria-label=Text></textarea><button onclick=
          "log(a0 + ' got ' + this.previousElementSibling.value)">Send</button></div>`);
          window.a0 = a.textContent;
        };</script>""",
        "Find the message by Jon and reply to it with the text 'Fine by me'",
    )
    assert "Jon: the boat got Fine by me" in page


def test_closed_sections_are_searched(follow: Any) -> None:
    page = follow(
        "".join(
            f"<details><summary>{part}</summary><button onclick='log(this.textContent)'>{name}"
            "</button></details>"
            for part, name in (("North", "Kiln"), ("South", "Quay"), ("West", "Tarn"))
        ),
        "Expand the sections to find and click Quay",
    )
    assert "Quay" in page.split("{")[0]


def test_colours_are_seen(follow: Any) -> None:
    boxes = "".join(
        f"<div onclick='log(\"{c} box\")' style='cursor:pointer;width:60px;height:40px;margin:9px;"
        f"background:{c}'></div>"
        for c in ("blue", "red", "yellow")
    )
    assert "red box" in follow(boxes, "Click the red box")


def test_a_day_is_picked_in_a_calendar(follow: Any) -> None:
    page = follow(
        """<label>Start <input id=f readonly></label><div id=cal hidden>
        <button id=p>Prev</button><span id=m></span><button id=n>Next</button>
        <div id=d></div></div><script>
        const at = new Date(2026, 4, 1), el = id => document.getElementById(id);
        const show = () => {
          el("m").textContent = at.toLocaleString("en", {month: "long", year: "numeric"});
          el("d").replaceChildren(...[...Array(28).keys()].map(n => {
            const b = document.createElement("button"); b.textContent = n + 1;
            b.onclick = () => { el("f").value = `${n + 1}.${at.getMonth() + 1}.${at.getFullYear()}`;
              el("cal").hidden = true; };
            return b; }));
        };
        el("f").onclick = () => { el("cal").hidden = false; show(); };
        el("p").onclick = () => { at.setMonth(at.getMonth() - 1); show(); };
        el("n").onclick = () => { at.setMonth(at.getMonth() + 1); show(); };
        </script>""",
        "Choose 03/18/2026 as the Start",
    )
    assert "'Start': '18.3.2026'" in page


def test_capitals_are_written(follow: Any) -> None:
    page = follow("<label>Code <input></label>", "Type 'harbour' in all capitals into Code")
    assert "'Code': 'HARBOUR'" in page


LIST = """<ul id=u style="list-style:none;padding:0">%s</ul><script>
let held = null; const u = document.getElementById("u");
const names = () => log("order " + [...u.children].map(e => e.textContent).join(","));
for (const li of u.children) li.onmousedown = e => { e.preventDefault(); held = li; };
document.onmouseup = e => { const over = document.elementFromPoint(e.clientX, e.clientY).closest("li");
  if (held && over && over !== held) { const down = held.compareDocumentPosition(over) & 4;
    over[down ? "after" : "before"](held); names(); } held = null; };
</script>"""


def _list(*names: str) -> str:
    items = "".join(f"<li style='border:1px solid;padding:8px;cursor:move'>{n}</li>" for n in names)
    return LIST.replace("%s", items)


def test_numbers_are_dragged_into_their_order(follow: Any) -> None:
    page = follow(_list("31", "4", "120", "15"), "Sort the numbers in descending order")
    assert "order 120,31,15,4" in page


def test_one_of_a_list_is_dragged_down_by_one(follow: Any) -> None:
    page = follow(_list("Ann", "Bo", "Cy"), "Drag Ann down by one")
    assert "order Bo,Ann,Cy" in page


def test_a_text_is_marked(follow: Any) -> None:
    page = follow(
        "<p>First words.</p><p id=b>Second part of it.</p><script>document.onmouseup = () =>"
        " setTimeout(() => log('[' + getSelection() + ']'))</script>",
        "Highlight the text in 'Second part of it.'",
    )
    assert "[Second part of it.]" in page


def test_tabs_are_looked_through(follow: Any) -> None:
    tabs = "".join(f"<button role=tab onclick='show({n})'>Part {n}</button>" for n in range(1, 4))
    page = follow(
        f"""<div role=tablist>{tabs}</div><div id=p></div><script>
        const show = n => document.getElementById("p").innerHTML =
          `<a href="#" onclick="log('went ' + ${{n}})">${{["Moss", "Fern", "Reed"][n - 1]}}</a>`;
        show(1);</script>""",
        "Look through the tabs, and click Reed",
    )
    assert "went 3" in page


def test_rows_that_scroll_away_end_nothing(follow: Any) -> None:
    rows = "".join(f"<li>Row {n}<br><button>Take</button></li>" for n in range(9))
    page = follow(
        f"""<div style="height:200px;width:300px;overflow:auto"><ul>{rows}</ul>
        <div style="height:900px"></div><a href="#" onclick="log('found')">Basement</a>
        <div style="height:900px"></div></div>""",
        "find and click Basement",
    )
    assert "found" in page
