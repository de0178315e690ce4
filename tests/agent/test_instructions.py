"""The default planner on real pages in a real browser: what each kind of instruction does there."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from handeye.actions import Goto
from handeye.envs.browser import BrowserEnv
from handeye.episodes import StopReason

STYLE = "<style>body{font:16px sans-serif;margin:20px}td,th{padding:4px 12px}</style>"
LOG = "<p id=log></p><script>const log = text => document.getElementById('log').append(text + ' ');</script>"


@pytest.fixture(scope="module")
def browser() -> Iterator[BrowserEnv]:
    with BrowserEnv() as env:
        yield env


@pytest.fixture
def follow(browser: BrowserEnv, agent_run: Any, site: Any) -> Callable[..., Any]:
    """Follows a task on a page; returns the result and the page's log of what was done to it."""

    def run(body: str, task: str, pages: dict[str, str] | None = None) -> tuple[Any, str]:
        made = site({"/": STYLE + LOG + body, **(pages or {})})
        assert browser.act(Goto(url=made.url)).ok
        result, episode = agent_run(browser, task, steps=60)
        assert episode.finished
        seen = browser.observe().elements or ()
        boxes = {each.name: each.checked for each in seen if each.checked is not None}
        fields = {each.name: each.value for each in seen if each.value or each.editable}
        texts = [each.name for each in seen if each.role == "text"]
        return result, f"{' | '.join(texts)} {fields} {boxes}"

    return run


ROWS = """<table><tr><th>Name</th><th>State</th><th></th></tr><tbody id=rows></tbody></table>
<script>
for (const [name, state] of [["Ann", "late"], ["Bob", "paid"], ["Cid", "late"], ["Dee", "late"]]) {
  const row = document.getElementById("rows").insertRow();
  row.innerHTML = `<td>${name}</td><td>${state}</td><td><button>Delete</button>
    <label><input type=checkbox> Keep</label></td>`;
  row.querySelector("button").onclick = () => {
    if (confirm("Delete?")) { row.remove(); log("deleted " + name); }
  };
}
</script>"""


def test_each_row_is_worked_on_once_although_rows_vanish(follow: Any) -> None:
    result, page = follow(
        ROWS, "for each row that contains 'late', click Delete and accept the confirmation"
    )
    assert result.ok, result.message
    assert "deleted Ann deleted Cid deleted Dee" in page
    assert "deleted Bob" not in page


def test_each_row_that_has_the_box_gets_it_ticked(follow: Any) -> None:
    result, _ = follow(ROWS, "for each row, check Keep")
    assert result.ok, result.message
    assert result.steps <= 4 + 2


EQUAL = """<table id=t></table><script>
for (let n = 0; n < 60; n++) {
  const row = t.insertRow();
  row.innerHTML = `<td>Draft</td><td><button>DO</button></td>`;
  row.querySelector("button").onclick = () => { done(row); document.title = ++count; };
}
let count = 0;
</script>"""


@pytest.mark.parametrize(
    ("what", "count"),
    [("row.remove()", 12), ("row.cells[0].textContent = 'Sent ' + count", 12), ("0", 12)],
)
def test_equal_rows_are_told_apart(browser: BrowserEnv, follow: Any, what: str, count: int) -> None:
    page = EQUAL.replace("60", str(count)) + f"<script>const done = row => {{ {what} }}</script>"
    result, _ = follow(page, "for each row, click DO")
    assert result.ok, result.message
    assert browser.observe().title == str(count)


def test_rows_below_the_screen_are_worked_on_too(browser: BrowserEnv, follow: Any) -> None:
    page = "<style>td{height:110px}</style>" + EQUAL.replace("60", "9").replace(
        "Draft", "Draft ${n}"
    )
    for what in ("row.remove()", "0"):
        result, _ = follow(
            page + f"<script>const done = row => {{ {what} }}</script>", "click DO in each row"
        )
        assert result.ok, result.message
        assert browser.observe().title == "9"


def test_a_native_dialog_is_dismissed_unless_the_task_accepts_it(follow: Any) -> None:
    page = "<button onclick=\"log(confirm('Sure?') ? 'yes' : 'no')\">Ask</button>"
    assert "no" in follow(page, "click Ask")[1]
    assert "yes" in follow(page, "click Ask and confirm the dialog")[1]


FIELDS = """<label>Name <input value=old></label><br>
<label for=c>Colour</label> <select id=c><option>Red<option>Light blue</select><br>
<label><input type=checkbox> Gift</label> <label><input type=checkbox checked> News</label><br>
<label><input type=radio name=size> Small</label> <label><input type=radio name=size> Large</label>
<br><button onclick="log(document.querySelector('select').value)">Save</button>"""


def test_fields_are_filled_by_what_they_are(follow: Any) -> None:
    result, page = follow(
        FIELDS,
        "set Name to 'Bo, Ann', Colour to light blue, check Gift and News, choose Large, save",
    )
    assert result.ok, result.message
    assert "'Name': 'Bo, Ann'" in page
    assert "'Colour': 'Light blue'" in page
    assert "'Gift': True, 'News': True, 'Small': False, 'Large': True" in page


def test_a_box_that_is_right_already_is_left_alone(follow: Any) -> None:
    result, page = follow(FIELDS, "set News to on, uncheck Gift, clear Name")
    assert (result.ok, result.steps) == (True, 1)
    assert "'Name': ''" in page
    assert "'Gift': False, 'News': True" in page


def test_options_are_found_in_whichever_list_has_them(follow: Any) -> None:
    _, page = follow(FIELDS, "select 'Light blue'")
    assert "'Colour': 'Light blue'" in page


def test_what_lies_below_is_scrolled_to(follow: Any) -> None:
    page = "<div style='height:4000px'>tall</div><button onclick=\"log('hit')\">Deep</button>"
    result, _ = follow(page, "click Deep, scroll to the top")
    assert result.ok, result.message
    result, _ = follow(page, "scroll to the bottom, click Deep")
    assert result.ok, result.message


def test_what_is_nowhere_is_looked_for_everywhere(follow: Any) -> None:
    page = "<div style='height:2000px'>tall</div><button>Deep</button>"
    result, _ = follow(page, "scroll down, click the Blorp button")
    assert result.reason is StopReason.NOT_FOUND
    assert "Blorp" in result.message
    assert 4 < result.steps < 20


def test_what_comes_late_is_waited_for(follow: Any) -> None:
    page = """<p>Loading</p><script>setTimeout(() => { document.querySelector('p:not(#log)').remove();
      document.body.insertAdjacentHTML('beforeend', "<button onclick='log(1)'>Ready</button>") }, 900)
      </script>"""
    result, _ = follow(page, "wait until the Ready button appears, click Ready")
    assert result.ok, result.message
    result, _ = follow(page, "wait until 'Loading' is gone, click Ready")
    assert result.ok, result.message


COUNTER = """<p id=n>Page 1</p><button onclick="n.textContent = 'Page ' +
  (1 + Number(n.textContent.slice(5)))">Next</button>"""


@pytest.mark.parametrize(
    ("task", "text"),
    [
        ("click Next until you see 'Page 4'", "Page 4"),
        ("repeat 2 times: click Next", "Page 3"),
        ("if you see 'Page 1', click Next. Otherwise, click Nothing.", "Page 2"),
        ("if you see 'Page 9', click Nothing, otherwise click Next twice", "Page 3"),
        ("click Next, if there is a popup close it, then click Next", "Page 3"),
    ],
)
def test_control_follows_the_screen(follow: Any, task: str, text: str) -> None:
    result, page = follow(COUNTER, task)
    assert result.ok, result.message
    assert text in page


def test_a_dialog_that_the_page_draws_is_closed(follow: Any) -> None:
    page = """<div role=dialog aria-label=News style="position:fixed;inset:50px;background:#eee">
      <p>Read our news</p><button aria-label=Close onclick="this.parentNode.remove()">×</button></div>
      <button onclick="log('bought')">Buy</button>"""
    result, text = follow(page, "if you see a popup, close it. Click Buy")
    assert result.ok, result.message
    assert "bought" in text


READ = """<dl><dt>Status</dt><dd>Shipped</dd></dl><p>Total: 12.50 EUR</p>
<label>Qty <input value=3></label>
<table><tr><th>Item<th>Price</tr><tr><td>Lamp<td>9 EUR</tr><tr><td>Pen<td>2 EUR</tr></table>"""


@pytest.mark.parametrize(
    ("task", "answer"),
    [
        ("what is the status?", "Shipped"),
        ("tell me the total", "12.50 EUR"),
        ("read Qty", "3"),
        ("report the price of Pen", "2 EUR"),
        ("tell me the status and the total", "Shipped\n12.50 EUR"),
    ],
)
def test_values_are_read_from_beside_their_labels(follow: Any, task: str, answer: str) -> None:
    result, _ = follow(READ, task)
    assert result.ok, result.message
    assert result.answer == answer


def test_search_sort_and_submit(follow: Any) -> None:
    page = """<form onsubmit="log('found ' + q.value); return false">
      <input id=q placeholder="Search products"></form>
      <label>Sort by <select onchange="log(this.value)"><option>Name<option>Price: low to high
      </select></label>"""
    result, text = follow(page, "search for lamp, sort by price")
    assert result.ok, result.message
    assert "found lamp" in text
    assert "Price: low to high" in text


def test_tabs_are_opened_switched_and_closed(follow: Any) -> None:
    other = {"/other": "<title>Other</title><p>Here</p>"}
    page = "<title>First</title><a href=/other target=_blank>Other page</a>"
    result, text = follow(page, "click Other page, wait for 'Here', switch to the first tab", other)
    assert result.ok, result.message
    assert "Here" not in text
    result, text = follow(page, "click Other page, switch to the Other tab, close the tab", other)
    assert result.ok, result.message


def test_an_upload_from_elsewhere_is_refused(follow: Any, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("x")
    result, _ = follow("<label>Photo <input type=file></label>", f"upload '{secret}' to Photo")
    assert result.reason is StopReason.DENIED


@pytest.mark.parametrize(
    ("prices", "answer"),
    [
        ("<h2>Lamp</h2><p>$49.00</p>", "$49.00"),
        ("<h2>Lamp</h2><p style='font-size:30px'>1 299,50 zł</p><p>$3.00</p>", "1 299,50 zł"),
        ("<h2>Lamp</h2><p>Price: $7</p><p>$49.00</p>", "$7"),
        ("<h2>Lamp</h2><p>$3.00</p><p>$4.00</p>", ""),
    ],
)
def test_a_price_without_a_label_is_told_by_its_look(follow: Any, prices: str, answer: str) -> None:
    result, _ = follow(prices, "tell me the price")
    assert (result.ok, result.answer) == (bool(answer), answer)
