"""What is done in a real browser becomes the steps that a person would tell of; secrets stay out.

The hands here are Playwright's: they send real input events to the page that is recorded.
"""

import json
import socket
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Error

from handeye.actions import Size, targets
from handeye.envs.browser import BrowserEnv
from handeye.envs.browser.listen import BrowserListener
from handeye.envs.redact import Redactor
from handeye.episodes import Episode, EpisodeWriter, load_elements, load_frame, read_episode, replay
from handeye.episodes.events import RunStarted
from handeye.episodes.keep import verify_episode
from handeye.episodes.record import Recorder, record

Hands = Callable[[Any], None]

FORM = """<!doctype html><title>Form</title>
<style>body{font:16px sans-serif;margin:20px} .tall{height:1500px}
#a,#b{width:80px;height:40px;background:#cce;position:absolute;left:600px} #a{top:40px} #b{top:200px}</style>
<form action="/done"><label>Name <input name="who"></label><br>
<label>Secret word <input type="password" name="pw"></label><br>
<label>Colour <select name="colour"><option>red<option>green<option>blue</select></label><br>
<label><input type="checkbox" name="agree"> I agree</label><br>
<label>Notes <textarea name="notes">old</textarea></label><br>
<button>Send</button></form>
<button onclick="if (confirm('Really?')) document.title='Sure'">Ask</button>
<a href="/done?by=link" target="_blank">Elsewhere</a>
<input type="file" aria-label="Paper">
<div id="a">from</div><div id="b">to</div>
<iframe src="OTHER/inner" width="300" height="80" title="inner"></iframe>
<iframe src="/inner" width="300" height="80" title="own"></iframe>
<div class="tall"></div>"""
INNER = "<!doctype html><button onclick=\"this.textContent='Pressed'\">Inner</button>"
DONE = "<!doctype html><title>Done</title><p>Thank you</p><a href='/'>Back to the form</a>"


@pytest.fixture
def shop(site: Any) -> Any:
    made = site({"/": "", "/inner": INNER, "/done": DONE})
    made.pages["/"] = FORM.replace("OTHER", made.other_origin)
    return made


@pytest.fixture
def recorded(shop: Any, tmp_path: Path) -> Callable[..., Episode]:
    """recorded(hands, …) → the episode of what the hands did, one call a glance at the screen."""

    def make(*hands: Hands, secrets: dict[str, str] | None = None, **more: Any) -> Episode:
        watched = BrowserListener(shop.url, headless=True, viewport=Size(width=900, height=700))
        todo = list(hands)

        def next_hand() -> bool:
            if todo:
                todo.pop(0)(watched.page)
                return False
            return True

        try:
            with EpisodeWriter("by hand", path=tmp_path / "recorded") as writer:
                recorder = Recorder(writer, Redactor(secrets or {}), **more)
                started = RunStarted(
                    task="by hand", url=shop.url, env="browser", planner="person", grounder="person"
                )
                result = record(watched, recorder, started, next_hand)
        finally:
            watched.close()
        assert result.ok
        return read_episode(tmp_path / "recorded")

    return make


def told(episode: Episode) -> list[tuple[str, Any]]:
    """Each action as its kind and what matters of it."""
    lines: list[tuple[str, Any]] = []
    for step in episode.steps:
        if step.intent is None:
            continue
        action = step.intent.action
        names = [element.name for element in step.intent.elements if element]
        more = action.model_dump(exclude={"kind", "target", "path"}, exclude_defaults=True)
        lines.append((f"{action.kind} {' > '.join(names)}".strip(), more))
    return lines


def everything(folder: Path) -> bytes:
    """All bytes of an episode, lists of elements unpacked."""
    import gzip

    files = [path for path in folder.rglob("*") if path.is_file()]
    return b"".join(
        gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        for path in files
    )


def test_typing_clicking_choosing_and_sending(recorded: Any, shop: Any) -> None:
    def fill(page: Any) -> None:
        page.click("[name=who]")
        page.keyboard.type("Adaa")
        page.keyboard.press("Backspace")
        page.keyboard.type(" L")

    def rest(page: Any) -> None:
        page.click("[name=notes]")
        page.keyboard.press("Control+A")
        page.keyboard.type("new\nline")
        page.check("[name=agree]")
        page.focus("[name=colour]")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")

    episode = recorded(fill, rest, lambda page: page.click("text=Send"))
    assert told(episode) == [
        ("type Name", {"text": "Ada L"}),
        ("type Notes", {"text": "new\nline", "clear": True}),
        ("click I agree", {}),
        ("select_option Colour", {"options": ("blue",)}),
        ("click Send", {}),
    ]
    assert verify_episode(episode.path) == []
    first, *_, last = episode.steps
    assert first.observed is not None
    assert first.observed.title == "Form"
    assert last.observed is not None
    assert last.observed.title == "Done"
    again = shop.log.copy()
    with BrowserEnv(shop.url, viewport=Size(width=900, height=700)) as env:
        result = replay(episode, env, url=shop.url)
    assert result.ok, result.message
    (sent,) = [path for _, path, _ in shop.log[len(again) :] if path.startswith("/done?")]
    assert sent == "/done?who=Ada+L&pw=&colour=blue&agree=on&notes=new%0D%0Aline"


def test_passwords_and_named_secrets_are_nowhere(recorded: Any) -> None:
    def hands(page: Any) -> None:
        page.click("[name=pw]")
        page.keyboard.type("hunter2!")
        page.fill("[name=who]", "key-4711")
        page.keyboard.type("x")

    def send(page: Any) -> None:
        page.evaluate("document.querySelector('[name=pw]').type = 'text'")
        page.click("text=Send")

    episode = recorded(hands, send, lambda _: None, secrets={"API_KEY": "key-4711"})
    data = everything(episode.path)
    assert b"hunter2" not in data
    assert b"4711" not in data
    typed = [more["text"] for kind, more in told(episode) if kind.startswith("type")]
    assert typed == ["{{pw}}", "{{API_KEY}}x"]
    last = episode.steps[-1].observed
    assert last is not None
    assert "pw={{pw}}" in last.url
    step = next(
        step for step in episode.steps if step.intent and step.intent.action.kind == "click"
    )
    assert step.observed is not None
    frame, elements = load_frame(episode, step.observed), load_elements(episode, step.observed)
    for label in ("Secret word", "Name"):
        box = next(each.box for each in elements or () if each.name == label and each.editable)
        middle = frame.image.crop(
            (int(box.x1) + 2, int(box.y1) + 2, int(box.x2) - 2, int(box.y2) - 2)
        )
        assert middle.getcolors() == [(middle.width * middle.height, (64, 64, 64))], label


def test_dragging_scrolling_and_keys(recorded: Any) -> None:
    def drag(page: Any) -> None:
        page.mouse.move(605, 50)
        page.mouse.down()
        page.mouse.move(640, 150, steps=3)
        page.mouse.move(605, 210, steps=3)
        page.mouse.up()

    def scroll(page: Any) -> None:
        page.mouse.move(400, 400)
        for _ in range(4):
            page.mouse.wheel(0, 100)

    episode = recorded(
        drag,
        lambda page: page.mouse.dblclick(605, 210),
        lambda page: page.keyboard.press("Control+k"),
        scroll,
    )
    assert [kind for kind, _ in told(episode)] == [
        "drag from > to", "click to", "press", "scroll",
    ]  # fmt: skip
    drag_, double, press, scroll_ = [step.intent.action for step in episode.steps if step.intent]
    assert [(spot.point.x, spot.point.y) for spot in targets(drag_)] == [(605, 50), (605, 210)]  # type: ignore[union-attr]
    assert (scroll_.dx, scroll_.dy) == (0, 400)
    assert press.keys == ("Control", "k")
    assert double.count == 2


def test_frames_tabs_addresses_and_history(recorded: Any, shop: Any) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        unused = free.getsockname()[1]

    def inside(page: Any) -> None:
        page.frames[1].click("button")
        page.frames[2].click("button")

    def elsewhere(page: Any) -> None:
        page.click("text=Elsewhere")

    def in_the_new_tab(page: Any) -> None:
        assert page.title() == "Done"
        page.click("text=Back to the form")

    def first_tab(page: Any) -> None:
        page.context.pages[0].click("[name=who]")

    def address(page: Any) -> None:
        page.wait_for_timeout(1600)  # what opens right after a click is taken for its effect
        with suppress(Error):  # mistyped: nothing listens there
            page.goto(f"http://127.0.0.1:{unused}/")
        page.wait_for_url("chrome-error:**")  # it comes after the word that nothing listens
        page.goto(f"{shop.url}/done?typed")

    episode = recorded(
        inside, elsewhere, in_the_new_tab, first_tab, address, lambda page: page.close()
    )
    assert told(episode) == [
        ("click Inner", {}),
        ("click Inner", {}),
        ("click Elsewhere", {}),
        ("click Back to the form", {}),
        ("switch_tab", {"index": 0}),
        ("click Name", {}),
        ("goto", {"url": f"{shop.url}/done?typed"}),
        ("close_tab", {}),
    ]
    with BrowserEnv(shop.url, viewport=Size(width=900, height=700)) as env:
        assert replay(episode, env, url=shop.url).ok


def test_dialogs_and_files(recorded: Any, tmp_path: Path) -> None:
    (tmp_path / "paper.txt").write_text("words")

    def ask(page: Any) -> None:
        page.once("dialog", lambda dialog: dialog.accept())
        page.click("text=Ask")

    def upload(page: Any) -> None:
        page.set_input_files("[type=file]", tmp_path / "paper.txt")

    episode = recorded(ask, upload, resolve=lambda name: str(tmp_path / name))
    assert told(episode) == [
        ("dialog", {"accept": True}),
        ("click Ask", {}),
        ("upload Paper", {"paths": (str(tmp_path / "paper.txt"),)}),
    ]


def test_marked_text_is_stored_by_name_and_nothing_is_told_by_the_page_itself(
    recorded: Any, shop: Any
) -> None:
    shop.pages["/"] += """<script>
      for (const kind of ["mousedown", "mouseup", "click", "keydown", "input"])
        document.querySelector("[name=who]").dispatchEvent(new Event(kind, {bubbles: true}));
      if (window.__handeye_did__) window.__handeye_did__(JSON.stringify({kind: "key", time: 1, keys: ["Enter"]}));
    </script>"""

    def hands(page: Any) -> None:
        page.click("[name=who]")
        page.keyboard.type("to Bonn")

    episode = recorded(hands, parameters={"city": "Bonn"})
    assert told(episode) == [("type Name", {"text": "to {{city}}"})]
    assert json.loads((episode.path / "episode.jsonl").read_text().splitlines()[0])["event"]
