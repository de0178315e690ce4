"""What is understood does not hang on one wording: each group of sentences is one program.

No sentence here is a benchmark's.
"""

from typing import Any

import pytest

from handeye.agent.instructions import compile_task

SAME = {
    "ascending": [
        "Sort the numbers in ascending order",
        "Sort the numbers from smallest to largest",
        "Arrange the cards from lowest to highest",
        "Put the numbers in order, smallest first",
        "Arrange all of the values in numerical order",
        "Line up the digits from low to high",
    ],
    "clicking downwards": [
        "Click the numbers in descending order",
        "Click the numbers from largest to smallest",
        "Tap all the tiles in falling order",
        "Press the digits in decreasing order, beginning with the highest",
    ],
    "sending on": [
        "Find the email by Cora and forward it to Jo",
        "Forward the email from Cora to Jo",
        "Please send Cora's message on to Jo",
        "Pass the note from Cora on to Jo",
        "Send Jo the letter you got from Cora",
        "Find Cora's message and send it on to Jo",
    ],
    "answering": [
        'Find the email by Cora and reply to it with "Fine, thanks"',
        'Reply to Cora\'s email with "Fine, thanks"',
        'Answer the message from Cora with "Fine, thanks"',
        'Respond to the mail sent by Cora with the words "Fine, thanks"',
    ],
    "throwing away": [
        "Find the email by Cora and delete it",
        "Delete the message from Cora",
        "Please delete Cora's mail",
    ],
    "a form from a table": [
        "Enter the value that belongs to each label into the form",
        "Fill in the form with the values from the table",
        "Fill out all the fields using the data above",
        "Copy each value from the table into the field with the same label",
        "Enter the matching value for every field",
    ],
    "a word from a text": [
        "Find the third word in the summary and type it into the search box",
        "Read the third word of the summary and put it in the search box",
        "Get the 3rd word from the summary, then enter it into the search box",
    ],
    "a word at once": [
        "Type the last word of the summary into the search box",
        "Copy the last word of the summary into the search box",
    ],
    "a sum": [
        "Solve the equation and type the result into the answer box",
        "Calculate the sum and put the total in the answer box",
        "Work out the answer and enter it into the answer box",
    ],
    "moving up": [
        "Drag the red card up",
        "Move the red card up by one",
        "Drag the red card one place up",
        "Move the red card a step upwards",
    ],
    "moving to a place": [
        "Move the red card to the second position",
        "Put the red card in the 2nd place",
        "Drag the red card into the second slot",
    ],
    "moving to a corner": [
        "Drag the red card to the top left",
        "Move the red card to the top left corner",
    ],
    "a slider": ["Set the volume slider to 40", "Drag the volume slider to 40"],
    "the cursor": [
        "Focus on the second text box",
        "Put the cursor in the second text box",
        "Place your cursor into the second text box",
    ],
    "capitals": [
        'Type "anna" in uppercase into the name field',
        'Enter "anna" in capital letters into the name field',
        'Write "anna" in block letters in the name field',
    ],
    "small letters": [
        'Type "ANNA" in lowercase into the name field',
        'Type "ANNA" in small letters in the name field',
    ],
    "someone's button": [
        "Find the user called @jo, then press Mute",
        "For the account @jo, press Mute",
        "Press Mute for the user @jo",
    ],
    "run on": [
        "Scroll the notes to the top, then press save",
        "Scroll the notes to the top and press save",
        "Scroll the notes to the top press save",
    ],
    "by means of": [
        "Press the cross",
        "Close the window by pressing the cross",
    ],
    "searching with": [
        'Search for "lamps" in the search box',
        'Use the search box to look for "lamps"',
    ],
}


def program(task: str) -> Any:
    """What a task is compiled to, without the words that it was said in."""
    return [without_source(step.model_dump()) for step in compile_task(task)]


def without_source(told: Any) -> Any:
    if isinstance(told, dict):
        if told.get("kind") == "command":
            return [label.casefold() for label in told["labels"]]
        return {key: without_source(each) for key, each in told.items() if key != "source"}
    return [without_source(each) for each in told] if isinstance(told, (list, tuple)) else told


@pytest.mark.parametrize("meaning", SAME)
def test_other_words_for_the_same_are_the_same_program(meaning: str) -> None:
    first, *others = SAME[meaning]
    wanted = program(first)
    assert {other: program(other) for other in others} == dict.fromkeys(others, wanted)


def test_every_message_is_more_than_one() -> None:
    (step,) = program("Delete all of the messages from Cora")
    assert (step["kind"], step["containing"], step["most"]) == ("for_each", "Cora", 0)
    assert program("Archive every email sent by Cora")[0]["kind"] == "for_each"


def test_another_meaning_is_another_program() -> None:
    programs = [str(program(same[0])) for same in SAME.values()]
    assert len(set(programs)) == len(programs)
