"""Grounding on a plain screenshot, with nothing but its pixels."""

import pytest

from handeye.actions import Box
from handeye.envs import Element, Observation, Screenshot
from handeye.grounding.elements import ElementsGrounder

SAVE = Box(x1=100, y1=400, x2=220, y2=440)
PLACES = {
    "the Save button": SAVE,
    "Save": SAVE,
    "Cancel": Box(x1=298, y1=400, x2=360, y2=440),
    "Delete": Box(x1=370, y1=400, x2=440, y2=440),
    "the remove button": Box(x1=370, y1=400, x2=440, y2=440),
    "the Email address field": Box(x1=300, y1=132, x2=600, y2=168),
    "the email field": Box(x1=300, y1=132, x2=600, y2=168),
    "the Nickname field": Box(x1=100, y1=232, x2=400, y2=268),
    "search field": Box(x1=700, y1=52, x2=950, y2=88),
    "Account settings heading": Box(x1=95, y1=55, x2=340, y2=100),
}


@pytest.mark.parametrize("phrase", PLACES)
def test_texts_and_framed_fields_are_found(form_shot: Screenshot, phrase: str) -> None:
    answer = ElementsGrounder().ground(Observation(screenshot=form_shot), phrase)
    assert answer.status == "found", answer
    assert answer.point is not None
    assert PLACES[phrase].contains(answer.point)
    assert answer.element is None
    assert 0.6 <= answer.confidence < 0.95


def test_what_is_not_written_is_missing(form_shot: Screenshot) -> None:
    answer = ElementsGrounder().ground(Observation(screenshot=form_shot), "the Upload button")
    assert answer.status == "missing"


def test_an_empty_list_of_elements_is_read_from_pixels_too(form_shot: Screenshot) -> None:
    observation = Observation(screenshot=form_shot, elements=())
    assert ElementsGrounder().ground(observation, "Save").status == "found"


@pytest.mark.parametrize(("role", "status"), [("canvas", "found"), ("button", "missing")])
def test_beside_elements_pixels_are_read_only_where_something_is_drawn(
    form_shot: Screenshot, role: str, status: str
) -> None:
    drawn = Element(role=role, name="Other", box=Box(x1=0, y1=300, x2=1000, y2=600))
    observation = Observation(screenshot=form_shot, elements=(drawn,))
    assert ElementsGrounder().ground(observation, "Save").status == status
