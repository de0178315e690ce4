"""Which things on the screen a step may mean: what takes a value, what has just come up."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from handeye.actions import Goto
from handeye.envs.browser import BrowserEnv
from handeye.episodes import StopReason

LOG = """<p id=log></p><script>
const log = (text) => document.getElementById("log").append(text + " ");
</script>"""


@pytest.fixture(scope="module")
def browser() -> Iterator[BrowserEnv]:
    with BrowserEnv() as env:
        yield env


@pytest.fixture
def follow(browser: BrowserEnv, agent_run: Any, site: Any) -> Callable[..., Any]:
    """Follows a task on a page; returns the result, the fields' values and the texts."""

    def run(body: str, task: str) -> tuple[Any, dict[str, Any], str]:
        assert browser.act(Goto(url=site({"/": LOG + body}).url)).ok
        result, _ = agent_run(browser, task)
        seen = browser.observe().elements or ()
        hold = {each.name or each.hints[0]: each.value for each in seen if each.editable}
        return result, hold, " ".join(each.name for each in seen if each.role == "text")

    return run


HEADINGS = "<h1>First page</h1><h1>Second page</h1>"


def test_a_value_goes_into_a_field_and_not_to_a_heading(follow: Any) -> None:
    page = HEADINGS + "<input class='app-titlebar edit'><input placeholder='tag name'>"
    result, fields, _ = follow(page, "set the title to 'Shopping'")
    assert result.ok, result.message
    assert fields == {"app titlebar edit": "Shopping", "tag name": ""}


def test_nothing_is_typed_where_only_a_text_fits(follow: Any) -> None:
    page = "<input placeholder=City><p>Fill in the postcode field</p>"
    result, fields, _ = follow(page, "type '1234' into the postcode field")
    assert result.reason is StopReason.NOT_FOUND
    assert "takes no value" in result.message
    assert fields == {"City": ""}


def test_a_field_is_found_by_a_part_of_its_id(follow: Any) -> None:
    page = "<p>Type DELETE in the confirmation field</p><input id=deleteconfirmationtxt>"
    result, fields, _ = follow(page, "type 'DELETE' into the confirmation field")
    assert result.ok, result.message
    assert fields == {"deleteconfirmationtxt": "DELETE"}


def test_a_text_is_not_typed_into_a_list_that_does_not_offer_it(follow: Any) -> None:
    page = """<select aria-label="Cell type"><option>Code<option>Text</select>
      <div contenteditable role=textbox class=content style="height:30px"></div>"""
    result, fields, _ = follow(page, "type 'print(1)' into the first cell")
    assert result.ok, result.message
    assert fields == {"content": "print(1)"}


def test_a_text_area_has_several_lines(follow: Any) -> None:
    page = "<input placeholder=Subject><textarea placeholder=Message></textarea>"
    result, fields, _ = follow(page, "write 'hello' into the text area")
    assert result.ok, result.message
    assert fields == {"Subject": "", "Message": "hello"}


def test_options_are_looked_for_in_lists_and_ticks_in_boxes(follow: Any) -> None:
    page = """<button onclick="log('button')">Colour</button><button onclick="log('button')">
      News</button><select aria-label="Colour of the bag" onchange="log(this.value)"><option>Red
      <option>Blue</select><label><input type=checkbox onchange="log(this.checked)">
      News by mail</label>"""
    result, _, texts = follow(page, "select 'Blue' from Colour, check News")
    assert result.ok, result.message
    assert "Blue" in texts
    assert "true" in texts
    assert "button" not in texts


MENU = """<button onclick="log('old')">Text file</button>
<button onclick="document.getElementById('menu').hidden = false">New</button>
<div id=menu role=menu hidden><div role=menuitem onclick="log('new')">Text file</div></div>"""


def test_of_two_equals_the_one_is_meant_that_the_last_step_brought_up(follow: Any) -> None:
    result, _, texts = follow(MENU, "click New, click Text file")
    assert result.ok, result.message
    assert "new" in texts
    assert "old" not in texts


def test_two_equals_that_were_there_before_stay_ambiguous(follow: Any) -> None:
    page = MENU.replace("hidden><", "><") + "<button onclick=\"log('x')\">Other</button>"
    result, _, texts = follow(page, "click Other, click Text file")
    assert result.reason is StopReason.AMBIGUOUS
    assert "new" not in texts


def test_a_search_that_shows_results_while_typing_needs_no_button(follow: Any) -> None:
    page = """<input type=search placeholder=Find oninput="for (const name of ['Desk lamp', 'Floor lamp'])
      this.insertAdjacentHTML('afterend', `<li>${name}</li>`)">
      <button onclick="log('advanced')">Advanced search</button>"""
    result, _, texts = follow(page, "search for l")
    assert result.ok, result.message
    assert "advanced" not in texts
