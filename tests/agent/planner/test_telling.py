"""What a model is told: the listing of a screen, the past, and text of others made harmless."""

import re
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from handeye.actions import Box, Click, Target, Wait
from handeye.agent import Plan, Step
from handeye.agent.planner.listing import line_of, list_elements, worth_telling
from handeye.agent.planner.past import tell_change, tell_past
from handeye.agent.planner.untrusted import inert
from handeye.envs import ActionError, ActionErrorKind, Outcome
from handeye.grounding import Grounding
from handeye.grounding.calls import ModelCall

CLICK = Click(target=Target(phrase="Save"))


def test_an_element_is_told_with_its_state(element: Any) -> None:
    assert line_of(element("button", "Save", enabled=False)) == 'button "Save", disabled'
    assert line_of(element("textbox", "User", editable=True)) == 'textbox "User", empty'
    assert line_of(element("checkbox", hints=("stay",), checked=False)) == (
        'checkbox "stay", not checked'
    )
    told = line_of(element("combobox", "Team", value="Red", options=("Red", "Blue")))
    assert told == 'combobox "Team" = "Red", options: Red | Blue'


def test_what_is_new_or_different_is_marked(element: Any) -> None:
    before = element("button", "Save"), element("checkbox", "Stay", checked=False)
    after = *before[:1], element("checkbox", "Stay", checked=True), element("text", "Saved")
    told = list_elements(after, before, 1000).splitlines()
    assert [line[0] for line in told] == [" ", "*", "*"]
    assert "*" not in list_elements(after, None, 1000)


def test_elements_of_one_name_are_told_by_what_is_around_them(element: Any) -> None:
    boxes = [Box(x1=0, y1=y, x2=9, y2=y + 9) for y in (0, 20)]
    rows = [element("button", "Add", item_text=f"Lamp {n}", box=boxes[n - 1]) for n in (1, 2)]
    told = list_elements([*rows, element("button", "Pay", item_text="Total")], None, 1000)
    assert told.splitlines() == [
        ' [1] button "Add", in "Lamp 1"', ' [2] button "Add", in "Lamp 2"', ' [3] button "Pay"',
    ]  # fmt: skip


def test_a_label_is_left_out_where_its_field_bears_its_name(element: Any) -> None:
    rows = element("label", "User"), element("textbox", "User"), element("label", "Or:")
    assert worth_telling(rows) == rows[1:]


def test_what_lies_in_a_control_of_its_name_is_told_once(element: Any) -> None:
    tab = element("tab", "One", selected=True, box=Box(x1=0, y1=0, x2=50, y2=20))
    link = element("link", "One", box=Box(x1=5, y1=5, x2=45, y2=15))
    beside = element("link", "One", box=Box(x1=60, y1=5, x2=90, y2=15))
    assert worth_telling([tab, link, beside]) == (tab, beside)


def test_sections_are_named_where_they_begin(element: Any) -> None:
    rows = element("link", "A"), element("link", "B", region="nav"), element("link", "C")
    told = list_elements(rows, None, 1000)
    assert told.splitlines() == [' [1] link "A"', "nav:", ' [2] link "B"', "elsewhere:",
                                 ' [3] link "C"']  # fmt: skip


def test_controls_come_before_texts_where_room_is_short(element: Any) -> None:
    rows = [element("text", f"Text {n}") for n in range(50)] + [element("button", "Save")]
    told = list_elements(rows, None, 200)
    assert '[51] button "Save"' in told
    assert " [1] text" in told
    left_out = re.search(r"\((\d+) texts left out: no room\)", told)
    assert left_out
    assert int(left_out[1]) + told.count('text "') == 50
    assert len(told) < 280


def test_a_screen_of_nothing_is_told(element: Any) -> None:
    assert list_elements([], None, 100) == "(nothing that has a name)"
    assert "(1 controls left out: no room)" in list_elements([element("button", "A")], None, 3)


def test_a_changed_value_is_told_and_a_moved_focus_is_not(element: Any, look: Any) -> None:
    before = look(element("textbox", "A", focused=True), element("textbox", "B"))
    after = look(element("textbox", "A"), element("textbox", "B", value="x", focused=True))
    assert tell_change(before, after) == 'now: textbox "B" = "x"'
    told = list_elements(after.elements or (), before.elements, 1000).splitlines()
    assert told == [' [1] textbox "A"', '*[2] textbox "B" = "x", focused']


def test_what_changed_is_told(element: Any, look: Any) -> None:
    before = look(element("link", "A"), element("text", "old"), element("text", "older"))
    after = look(element("link", "A"), element("text", "new"), url="http://a.test/b")
    told = tell_change(before, after)
    assert told == 'now at http://a.test/b; new: text "new"; 1 are gone'
    assert tell_change(before, before) == ""


def step(index: int, **more: Any) -> Step:
    return Step(**{"index": index, "plan": Plan(action=CLICK), "changed": True, **more})


def test_the_past_says_what_failed_and_why() -> None:
    error = ActionError(kind=ActionErrorKind.INVALID, message="It is covered.")
    missing = Grounding(phrase="Save", status="missing", reason="nothing fits")
    call = ModelCall(purpose="plan", model="m", problem="It is no JSON object.")
    lost = Plan(thought=call.problem, action=Wait(until="time", seconds=0), calls=(call,))
    steps = [
        step(0, changed=False),
        step(1, outcome=Outcome(sent=CLICK, seconds=0, error=error)),
        step(2, groundings=(missing,)),
        step(3, plan=lost),
        step(4, reply="Bo"),
        step(5),
    ]
    assert tell_past(steps, {5: "new: x"}, 5000).splitlines() == [
        "1. click Save -> nothing changed",
        "2. click Save -> failed: It is covered.",
        "3. click Save -> failed: “Save” is not on the screen: nothing fits.",
        "4. Your answer could not be used: It is no JSON object.",
        '5. click Save -> the person answered: "Bo"',
        "6. click Save -> new: x",
    ]


def test_the_past_is_bounded_and_grows_only_at_its_end() -> None:
    steps = [step(n) for n in range(100)]
    kept = 0
    for count in range(1, 100):
        now, more = (tell_past(steps[:n], {}, 1000) for n in (count, count + 1))
        assert len(now) < 1100
        kept += more.startswith(now)
    assert kept > 80
    assert tell_past(steps, {}, 1000).startswith("(steps 1 to ")
    assert "100. click" in tell_past(steps, {}, 1)


TOKENS = st.sampled_from(["<|im_end|>", "</s>", "[INST]", "</screen>", "<think>", "<image>", "a"])


@given(parts=st.lists(TOKENS | st.text(max_size=6), max_size=12))
def test_no_text_of_others_has_a_token_a_line_or_anything_unseen(parts: list[str]) -> None:
    told = inert("".join(parts))
    assert len(told) <= 200
    assert not re.search(r"<[|｜/!]{0,2}[A-Za-z_][^<>]{0,60}>|\[/?[A-Z][A-Z_]{2,30}\]", told)
    assert all(character.isprintable() or character in "\u200c\u200d\xa0" or
               character.isspace() or not character.isascii() for character in told)  # fmt: skip
    assert not set(told) & set("\n\r\x00\x1b\u202e\u200b\u2028")


def test_plain_text_is_left_as_it_is() -> None:
    for text in ("a < b and c > d", "x <- 3", "[2] Ok", "50 % – Größe", "نمی\u200cخواهم"):
        assert inert(text) == text
