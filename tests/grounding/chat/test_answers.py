"""Reading places out of what models write, and placing them on the screenshot."""

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handeye.actions import Box, Point, Size
from handeye.grounding.chat.answers import locate, read_answer
from handeye.grounding.chat.profiles import Profile, profiles

SCREEN = Size(width=1280, height=720)

POINTS = {
    "json point_2d": '{{"point_2d": [{x}, {y}]}}',
    "json in a list": '```json\n[{{"point_2d": [{x}, {y}], "label": "Save"}}]\n```',
    "json x y": '{{"x": {x}, "y": {y}}}',
    "tool call": '<tool_call>\n{{"name": "computer_use", "arguments": {{"action": "left_click", "coordinate": [{x}, {y}]}}}}\n</tool_call>',
    "answer tags": "<grounding_think>at (1, 2)</grounding_think>\n<answer>{{\"coordinate\": [{x}, {y}]}}</answer>",
    "box tokens": "<|box_start|>({x},{y})<|box_end|>",
    "start_box": "Thought: the top.\nAction: click(start_box='({x},{y})')",
    "start_box tokens": "click(start_box='<|box_start|>({x},{y})<|box_end|>')",
    "point tag": "click(point='<point>{x} {y}</point>')",
    "points tag": '<points x1="{x}" y1="{y}" alt="Save">Save</points>',
    "keywords": "click(x={x}, y={y})",
    "pyautogui": "## Code:\n```python\nimport pyautogui\npyautogui.click({x}, {y}, clicks=2)\n```",
    "pyautogui keywords": "pyautogui.doubleClick(x={x}, y={y})",
    "field": "explain:press it\taction:CLICK\tpoint:{x},{y}\tsummary:",
    "brackets": "[{x}, {y}]",
    "round brackets": "The Save button (top left) is at ({x}, {y}).",
    "bare": " {x}, {y}\n",
    "after a thought": "<think>Perhaps [7, 7]? No.</think>\n[{x}, {y}]",
    "after the end of a thought": "Perhaps [7, 7]? No.</think>[{x}, {y}]",
}  # fmt: skip
BOXES = {
    "json bbox_2d": '```json\n[\n\t{{"bbox_2d": [{a}, {b}, {c}, {d}], "label": "Save"}}\n]\n```',
    "json box_2d": '{{"box_2d": [{a}, {b}, {c}, {d}]}}',
    "json corners": '{{"x1": {a}, "y1": {b}, "x2": {c}, "y2": {d}}}',
    "box tag": "<ref>Save</ref><box>({a},{b}),({c},{d})</box>",
    "box tokens": "<|object_ref_start|>Save<|object_ref_end|><|box_start|>({a},{b}),({c},{d})<|box_end|>",
    "action": "Action: press Save\nGrounded Operation: CLICK(box=[[{a},{b},{c},{d}]], element_info='Save')",
    "start_box": "click(start_box='[{a}, {b}, {c}, {d}]')",
    "brackets": "[{a}, {b}, {c}, {d}]",
    "double brackets": "[[{a}, {b}, {c}, {d}]]",
    "corners": "({a}, {b}), ({c}, {d})",
    "bare": "{a} {b} {c} {d}",
}  # fmt: skip
number = st.one_of(
    st.integers(0, 9999), st.decimals(0, 4000, places=4, allow_nan=False, allow_infinity=False)
)


@pytest.mark.parametrize("form", POINTS.values(), ids=list(POINTS))
@given(x=number, y=number)
def test_a_point_comes_back_from_every_dialect(form: str, x: float, y: float) -> None:
    answer = read_answer(form.format(x=x, y=y))
    assert (answer.places, answer.problem) == (((float(x), float(y)),), "")


@pytest.mark.parametrize("form", BOXES.values(), ids=list(BOXES))
@given(edges=st.tuples(number, number, number, number).filter(any))
def test_a_box_comes_back_from_every_dialect(form: str, edges: tuple[float, ...]) -> None:
    answer = read_answer(form.format(**dict(zip("abcd", edges, strict=True))))
    assert (answer.places, answer.problem) == ((tuple(map(float, edges)),), "")


@pytest.mark.parametrize(
    "text",
    [
        "Target does not exist.", "not found", "I can't find it: it isn't there, it doesn't exist",
        "None", "null", '{"bbox_2d": null}', '{"point": []}', "[]", "[-1,-1]",
        "[0, 0, 0, 0]", '{"status": "not_found"}', "<think>where?</think>none",
    ],
)  # fmt: skip
def test_not_there_is_an_answer_without_a_place(text: str) -> None:
    answer = read_answer(text)
    assert (answer.places, answer.problem) == ((), "")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[1, 2, 3]", "3 numbers"),
        ('{"bbox_2d": [1, 2, 3, 4, 5]}', "5 numbers"),
        ('{"bbox_2d": ["left", 2, 3, 4]}', "no numbers"),
        ('{"point": [12345678901, 3]}', "no numbers"),
        ("Sure! I will press the button.", "no place"),
        ("", "empty"),
        (" \n", "empty"),
        ("<think>Where is it?</think>\n", "empty"),
        ("<think>It might be [3, 4] or", "thought without an answer"),
    ],
)
def test_what_cannot_be_used_is_said(text: str, problem: str) -> None:
    answer = read_answer(text)
    assert answer.places == ()
    assert problem in answer.problem


def test_several_places_are_all_given_and_the_same_one_once() -> None:
    text = '[{"bbox_2d": [1, 2, 3, 4]}, {"bbox_2d": [5, 6, 7, 8]}, {"bbox_2d": [1, 2, 3, 4]}]'
    assert read_answer(text).places == ((1, 2, 3, 4), (5, 6, 7, 8))


def test_y_comes_first_only_where_the_numbers_are_not_called_by_name() -> None:
    assert read_answer("[200, 100]", "yx").places == ((200, 100),)
    assert read_answer('{"x": 100, "y": 200}', "yx").places == ((200, 100),)
    named = read_answer("click_at(x=100, y=200)", "yx").places
    assert locate(named[0], profiles()["gemini"], SCREEN).point == Point(x=128, y=144)


def test_zero_is_a_position() -> None:
    assert read_answer("[0, 0]").places == ((0, 0),)
    assert locate((0, 0), profiles()["qwen3-vl"], SCREEN).point == Point(x=0, y=0)


@given(st.text() | st.text(alphabet='[]()<>|{}",:.=-0123456789 boxpintclk_/\n', max_size=300))
def test_no_text_raises_or_gives_anything_but_points_and_boxes(text: str) -> None:
    answer = read_answer(text)
    assert not (answer.places and answer.problem)
    for numbers in answer.places:
        assert len(numbers) in (2, 4)
        assert all(math.isfinite(value) for value in numbers)
        for profile in profiles().values():
            place = locate(numbers, profile, SCREEN)
            assert (place.point is None) == bool(place.problem)
            if place.point is not None:
                assert 0 <= place.point.x <= SCREEN.width - 1
                assert 0 <= place.point.y <= SCREEN.height - 1


@pytest.mark.parametrize("piece", ["(1,2) ", "(((", "(" + "1" * 50, '"box":[', "<box>", "</think", "(1,2)" + " " * 500, "point:1,", "1,"])  # fmt: skip
@pytest.mark.timeout(5)
def test_a_long_answer_is_read_in_no_time(piece: str) -> None:
    read_answer(piece * (1_000_000 // len(piece)))


def a_profile(**fields: object) -> Profile:
    return Profile.model_validate({"name": "test", **fields})


@pytest.mark.parametrize(
    ("fields", "numbers", "box"),
    [
        ({"space": "relative"}, (0.25, 0.5, 0.5, 1.0), (320, 360, 640, 720)),
        ({"space": "1000"}, (250, 500, 500, 1000), (320, 360, 640, 720)),
        ({"space": "999"}, (0, 0, 999, 999), (0, 0, 1280, 720)),
        ({"space": "1000", "axes": "yx"}, (500, 250, 1000, 500), (320, 360, 640, 720)),
        ({"space": "pixels"}, (320, 360, 640, 720), (320, 360, 640, 720)),
        ({"space": "pixels", "picture": {"max_side": 640}}, (160, 180, 320, 360), (320, 360, 640, 720)),
        ({"space": "pixels", "picture": {"multiple": 28}}, (644, 364, 1288, 728), (640, 360, 1280, 720)),
    ],
)  # fmt: skip
def test_each_space_leads_to_the_same_pixels(
    fields: dict[str, object], numbers: tuple[float, ...], box: tuple[float, ...]
) -> None:
    place = locate(numbers, a_profile(**fields), SCREEN)
    expected = Box(**dict(zip(("x1", "y1", "x2", "y2"), box, strict=True)))
    assert place.box == expected
    middle = locate(((numbers[0] + numbers[2]) / 2, (numbers[1] + numbers[3]) / 2), a_profile(**fields), SCREEN)  # fmt: skip
    assert place.point == middle.point == expected.center


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "text",
    ["click" * 4000, "1 1" + " " * 20_000 + "x", "a" * 20_000, "<box>" * 4000, "[" * 20_000],
    ids=["a word again and again", "spaces", "letters", "tags", "brackets"],
)
def test_a_model_that_stutters_is_read_to_the_end(text: str) -> None:
    """Some of these took hours, while a pattern tried every way to divide them."""
    assert read_answer(text).places == ()


def test_what_lies_outside_is_a_problem_and_not_bent() -> None:
    relative = a_profile(space="relative")
    assert locate((1.004, 0.5), relative, SCREEN).point == Point(x=1279, y=360)
    assert "outside" in locate((1.2, 0.5), relative, SCREEN).problem
    assert "outside" in locate((532, 404), relative, SCREEN).problem
    assert "outside" in locate((-0.2, 0.5), relative, SCREEN).problem
    assert "corners are swapped" in locate((0.5, 0.5, 0.4, 0.6), relative, SCREEN).problem


def test_what_a_profile_asks_for_can_be_read() -> None:
    values = dict(zip(("x1", "y1", "x2", "y2"), (11, 12, 13, 14), strict=True))
    values |= {"ymin": 11, "xmin": 12, "ymax": 13, "xmax": 14, "x": 11, "y": 12}
    names = re.compile(rf"\b({'|'.join(values)})\b(?!=)")
    for profile in profiles().values():
        if profile.eyes:
            form = profile.form.replace("x=…, y=…", "x=11, y=12")
            form = names.sub(lambda name: str(values[name[1]]), form)
            assert read_answer(form).places in (((11, 12, 13, 14),), ((11, 12),)), profile.name
