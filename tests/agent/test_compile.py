"""The language of the default planner: what each sentence is compiled to, and what is refused."""

import time
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handeye.actions import Click, Dialog, Press, Scroll, Target, Type, describe
from handeye.actions.errors import InstructionError
from handeye.agent.instructions import compile_task
from handeye.agent.instructions.clauses import assemble
from handeye.agent.instructions.program import Do, Fill, ForEach, If, Repeat, Until
from handeye.agent.instructions.split import Quotes, pieces, sentences


def told(task: str) -> list[str]:
    """A program in short words, one for each instruction."""
    return [_told(instruction) for instruction in compile_task(task)]


def _told(step: Any) -> str:
    if isinstance(step, Do):
        return describe(step.action)
    if isinstance(step, If):
        otherwise = f" else [{_all(step.otherwise)}]" if step.otherwise else ""
        return f"if {_seen(step.condition)} [{_all(step.then)}]{otherwise}"
    if isinstance(step, Until):
        return f"until {_seen(step.condition)} [{_all(step.body)}]"
    if isinstance(step, Repeat):
        return f"{step.count} times [{_all(step.body)}]"
    if isinstance(step, ForEach):
        inside = f" in {step.inside}" if step.inside else ""
        containing = f" with {step.containing}" if step.containing else ""
        return f"each {step.noun}{inside}{containing} [{_all(step.body)}]"
    fields = step.model_dump(exclude={"kind", "source"})
    if step.kind == "wait_for":
        return f"wait for {_seen(step.condition)}"
    values = [str(value) for value in fields.values() if value is False or value not in ("", 0, ())]
    return " ".join([step.kind, *values])


def _all(steps: Any) -> str:
    return "; ".join(_told(step) for step in steps)


def _seen(condition: Any) -> str:
    state = "" if condition.state == "visible" else f" {condition.state}"
    return ("no " if condition.negated else "") + condition.phrase + state


SENTENCES = {
    # Pointing
    "click Save": ["click Save"],
    'Click on the "ok" button.': ['click the "ok" button'],
    "tap the third link": ["click the third link"],
    "double-click the file": ["double-click the file"],
    "right click on the row": ["right-click the row"],
    "ctrl+click the second row": ["Control+click the second row"],
    "Shift + click the last row": ["Shift+click the last row"],
    "hover over Products": ["hover over Products"],
    "drag the card to the Done column": ["drag the card to the Done column"],
    "drag 'a' and drop it on 'b'": ['drag "a" to "b"'],
    "click “Save”, ‘Close’ and `Quit`": ['click "Save"', 'click "Close"', 'click "Quit"'],
    "click Save and Close, then press Enter": ["click Save and Close", "press Enter"],
    "click John's book": ["click John's book"],
    "click the terms and conditions link": ["click the terms and conditions link"],
    "hover over Menu and click it": ["hover over Menu", "click Menu"],
    # Going
    "go to example.com": ["go to https://example.com"],
    "visit http://localhost:80/a?b=c,d": ["go to http://localhost:80/a?b=c,d"],
    "open 127.0.0.1:8000/x": ["go to http://127.0.0.1:8000/x"],
    "open the first result": ["click the first result"],
    "open report.pdf": ["click report.pdf"],
    "go to the Cart page": ["click the Cart"],
    "go to page 2": ["click page 2"],
    "go back twice": ["2 times [back]"],
    "go forward": ["forward"],
    "refresh the page": ["reload"],
    "open a new tab": ["open a new tab"],
    "open a new tab at example.com": ["open a new tab https://example.com"],
    "open example.com in a new tab": ["open a new tab https://example.com"],
    "open Help in a new tab": ["middle-click Help"],
    "switch to tab 2": ["to_tab 2"],
    "switch to the last tab": ["to_tab -1"],
    "switch to the Inbox tab": ["to_tab Inbox"],
    "close the tab": ["close the tab"],
    # Text
    "type hello, world into the box and press enter": ["fill the box hello, world", "press Enter"],
    "type 'a, b and then c' into F": ["fill F a, b and then c"],
    "enter 5 in Quantity": ["fill Quantity 5"],
    "write \"it's\" in the note field": ["fill the note field it's"],
    "enter username 'jen' and password 'x'": ["fill username jen", "fill password x"],
    "in the search box, type lamp": ["fill the search box lamp"],
    'use the textbox to enter "Karrie"': ["fill the textbox Karrie"],
    "type hello": ["type 'hello'"],
    "fill in Name with Bob and Email with b@x.org": ["fill Name Bob", "fill Email b@x.org"],
    "set quantity to 2 and color to red": ["fill quantity 2", "fill color red"],
    "change the status from Open to Done": ["fill the status Done"],
    "set address to 12 Main St, Springfield, save": [
        "fill address 12 Main St, Springfield",
        "command ('save',)",
    ],
    "clear the search box": ["fill the search box"],
    # Choosing
    "select 'Red' from the Color list": ["choose Red ('Red',) the Color list"],
    "choose Medium for Size": ["choose Medium ('Medium',) Size"],
    "select a, b and c, click Submit": ["choose a, b and c ('a', 'b', 'c')", "click Submit"],
    "check 'I agree' and the box": ["check ('\"I agree\"', 'the box') True"],
    "untick the box": ["check ('the box',) False"],
    "turn off Sounds": ["check ('Sounds',) False"],
    "turn Sounds on": ["check ('Sounds',) True"],
    "select all": ["command ('select all',)"],
    # Keys
    "press Enter": ["press Enter"],
    "press ctrl+s": ["press Control+s"],
    "press Ctrl + Shift + T": ["press Control+Shift+T"],
    "press the down arrow key": ["press ArrowDown"],
    "press Tab and Enter": ["press Tab", "press Enter"],
    "press the Save button": ["click the Save button"],
    'press "Enter"': ["press Enter"],
    'press "5" and press 5': ['click "5"', "press 5"],
    "hold shift for 2 seconds": ["hold Shift for 2 s"],
    # Scrolling and waiting
    "scroll down": ["scroll down by 600"],
    "scroll up by 300 pixels": ["scroll up by 300"],
    "scroll right in the table": ["scroll right by 600 over the table"],
    "scroll to the bottom of the page": ["scroll_to bottom"],
    "scroll to the reviews": ["scroll_to the reviews"],
    "scroll down until you see 'Terms'": ['scroll_to "Terms"'],
    "wait 1.5 seconds": ["wait 1.5 s"],
    "wait 500 ms": ["wait 0.5 s"],
    "wait for the page to load": ["wait until the screen is quiet"],
    "wait for the results": ["wait for the results"],
    "wait until 'Done' appears": ['wait for "Done"'],
    "wait until the spinner is gone": ["wait for no the spinner"],
    # Files, dialogs, answers
    "upload 'a.txt' and 'b.txt' to Photos": ["upload a.txt, b.txt to Photos"],
    "download the report": ["download the report"],
    "click Delete and accept the alert": [
        "accept the next dialog", "click Delete", "answer_dialog True",
    ],
    "click Rename, answer it with 'Bo'": [
        "accept the next dialog with 'Bo'", "click Rename", "answer_dialog True Bo",
    ],
    "what is the price of the desk lamp?": ["read the price of the desk lamp"],
    "tell me the order number and the total": ["read the order number", "read the total"],
    # Words of the interface
    "add it to the cart": ["command ('add to cart',)"],
    "sign in; log out; check out; place the order": [
        "command ('sign in',)", "command ('log out',)", "command ('check out',)",
        "command ('place order',)",
    ],
    "sort the table by price": ["command ('sort table by price', 'sort price', 'price')"],
    "close the dialog": ["command ('close', 'close dialog')"],
    "submit the form": ["submit"],
    "search for salt and pepper": ["search salt and pepper"],
    "search the shop for lamps": ["search lamps"],
    # The same in other words
    "drag Ann to the bottom right": ["move Ann (0, 0) bottom right"],
    "drag Ann right by one": ["move Ann (1, 0)"],
    "move the mouse to the top left": ["hover over the top left"],
    "close the window by pressing the x": ["click the x"],
    "sort the numbers in increasing order, starting with the smallest at the top, then log out": [
        "in_order False True", "command ('log out',)",
    ],
    # Control
    "if you see a popup, close it. Otherwise, click Next.": [
        "if a popup [command ('close',)] else [click Next]"
    ],
    "if there is no error, click A, otherwise press Escape": [
        "if no error [click A] else [press Escape]"
    ],
    "click A, if you see a popup close it, then click B": [
        "click A", "if a popup [command ('close',)]", "click B",
    ],
    "if you see B, click C, then click D": ["if B [click C; click D]"],
    "uncheck the box if it is checked": ["if the box checked [check ('the box',) False]"],
    "unless you see 'Hi', sign in": ["if no \"Hi\" [command ('sign in',)]"],
    "click Next until you see 'Page 5'": ['until "Page 5" [click Next]'],
    "keep clicking Next until the Next button is gone": ["until no the Next button [click Next]"],
    "while there is a More button, click it": ["until no a More button [click a More button]"],
    "repeat 3 times: press Tab, type 'x'": ["3 times [press Tab; type 'x']"],
    "click More three times": ["3 times [click More]"],
    "for each row that contains 'late', click Delete, click OK": [
        "each row with late [click Delete; click OK]"
    ],
    "for all rows in the Orders table click the box": [
        "each rows in the Orders table [click the box]"
    ],
    "click Delete in every row that contains 'old'": ["each row with old [click Delete]"],
    # Layout
    "1. Click A\n2. Click B, then\n3) press Enter": ["click A", "click B", "press Enter"],
    "- click A\n* click B\n• click C": ["click A", "click B", "click C"],
    "For each row:\n- click Edit\n- save\nThen log out.": [
        "each row [click Edit; command ('save',)]", "command ('log out',)",
    ],
    "Please click A, and then, finally, click B. now press enter": [
        "click A", "click B", "press Enter",
    ],
    "find and click the 3rd result": ["click the 3rd result"],
}  # fmt: skip


@pytest.mark.parametrize("task", SENTENCES)
def test_a_sentence_becomes_a_program(task: str) -> None:
    assert told(task) == SENTENCES[task]


REFUSED = {
    "figure out the best one": "figure out the best one",
    "click Save, figure out the best one": "figure out the best one",
    "click Save and then dance": "dance",
    "write a poem about cats": "write a poem about cats",
    "find the cheapest flight": "find the cheapest flight",
    "buy the cheapest laptop": "buy the cheapest laptop",
    'add "milk" to the list': 'add "milk" to the list',
    "Click A. Do what is right.": "Do what is right",
    "if the moon is full, click A": "the moon is full",
    "click it": "it",
    "search for red, green and blue lamps": "green",
    "fill in the form": "fill in the form",
    "tell me how many stars it has": "tell me how many stars it has",
    "type 'a' or 'b'": "'a' or 'b'",
    "press": "press",
    "click A, repeat 3 times": "repeat 3 times",
    "if you see X": "if you see X",
    "select ''": "''",
    "log in as bob with password x": "log in as bob with password x",
    "repeat 9999999 times: click A": "repeat 9999999 times: click A",
    "wait 2 hours": "wait 2 hours",
    "figure out the best one by clicking Save": "figure out the best one by clicking Save",
    "pay the cheapest invoice by clicking Pay": "pay the cheapest invoice by clicking Pay",
    "solve the captcha problem": "solve the captcha problem",
    "find the best message by Jon": "find the best message by Jon",
    "sort the numbers in ascending order, starting with the highest": "starting with the highest",
}


@pytest.mark.parametrize("task", REFUSED)
def test_what_is_not_understood_is_named(task: str) -> None:
    with pytest.raises(InstructionError) as caught:
        compile_task(task)
    assert caught.value.part == REFUSED[task]
    assert REFUSED[task] in caught.value.message
    assert "--model" in caught.value.fix


@pytest.mark.parametrize(
    ("task", "words"),
    [
        ("", "empty"),
        (" \n\t", "empty"),
        ("a" * 10_001, "10,001"),
        (". ,", "no"),
        ("click \ud800", "valid character"),
    ],
)
def test_an_empty_or_huge_task_is_refused(task: str, words: str) -> None:
    with pytest.raises(InstructionError) as caught:
        compile_task(task)
    assert words in caught.value.message


@pytest.mark.parametrize("text", ["click" + " " * 9000 + "x", "type " + "a to " * 1900, "'" * 9999])
def test_a_long_task_is_read_quickly(text: str) -> None:
    start = time.process_time()
    with suppress(InstructionError):
        compile_task(text)
    assert time.process_time() - start < 3


def test_every_instruction_knows_where_it_came_from() -> None:
    program = compile_task('click "A, b" and set X to 2, then go back')
    assert [step.source for step in program] == ['click "A, b"', "set X to 2", "go back"]


def test_values_are_typed_as_written() -> None:
    program = compile_task("type 'tab\there' into A, scroll down, press a")
    assert program[0] == Fill(source=program[0].source, field="A", text="tab\there")
    assert program[1].action == Scroll(dy=600)
    assert program[2].action == Press(keys=("a",))


def test_a_dialog_is_armed_before_the_step_that_opens_it() -> None:
    program = compile_task("click Delete, wait 1 second, dismiss the confirmation")
    assert [step.action for step in program[:2]] == [
        Dialog(accept=False),
        Click(target=Target(phrase="Delete")),
    ]


def test_a_text_without_a_field_goes_where_the_cursor_is() -> None:
    (step,) = compile_task("type 'a\nb'")
    assert step.action == Type(text="a\nb")
    first, second = compile_task("Type ' and b ', press Enter")
    assert first.action == Type(text=" and b ")
    assert second.action == Press(keys=("Enter",))


quoted = st.text(st.characters(exclude_characters='"', exclude_categories=("Cs", "Co")), min_size=1)


@given(st.lists(quoted, min_size=1, max_size=5))
def test_splitting_never_loses_or_reorders_quoted_texts(texts: list[str]) -> None:
    task = ", then ".join(f'click "{text}"' for text in texts)
    quotes = Quotes(task)
    clauses = [each for line in sentences(quotes.masked) for each in assemble(pieces(line.text))]
    assert [quotes.text(clause.text.removeprefix("click ")) for clause in clauses] == texts


words = st.sampled_from(
    [
        "click",
        "type",
        "search",
        "for",
        "into",
        "the",
        "'a",
        "b'",
        '"c,',
        'd"',
        "and",
        "then",
        ",",
        ".",
        ";",
        "if",
        "you",
        "see",
        "until",
        "each",
        "row",
        "select",
        "from",
        "3",
        "times",
        "press",
        "Enter",
        "it",
        ":",
        "otherwise",
        "\n",
        "-",
        "wait",
        "scroll",
        "to",
        "drag",
        "on",
        "is",
        "gone",
        "not",
        "tab",
    ]
)


@given(st.one_of(st.text(max_size=300), st.lists(words, max_size=25).map(" ".join)))
def test_any_text_is_compiled_or_refused(text: str) -> None:
    try:
        understood = bool(compile_task(text))
    except InstructionError as error:
        understood = bool(error.message and error.fix)
    assert understood
