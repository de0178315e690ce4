"""A recording as a Playwright test in Python that a person would have written.

Role and text locators, values in one place, no pauses; addresses and titles that the recording saw
are expected again. Prevents: a generated test that nobody can read, and secrets in it.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from handeye.actions.errors import UsageError
from handeye.envs.redact import slug
from handeye.episodes.exports.lines import lines_of
from handeye.episodes.exports.steps import deeds
from handeye.episodes.reader import Episode
from handeye.episodes.replay.parameters import parameters_of

_HEAD = '''"""{task}

Recorded by handeye; run it with: pytest {file}
START_URL names another start; BROWSER names a Chromium or Chrome where Playwright has none.
"""

import os
import re
from collections.abc import Iterator
from urllib.parse import urljoin

import pytest
from playwright.sync_api import Page, expect, sync_playwright

START = os.environ.get("START_URL", {start!r})
VALUES = {values}
ROWS = "tr, li, article, [role=row], [role=listitem], [role=article]"


@pytest.fixture
def page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ.get("BROWSER"))
        yield browser.new_page(viewport={viewport})
        browser.close()


def test_{name}(page: Page) -> None:
    page.goto(START)
'''


def write_test(episode: Episode, out: Path) -> None:
    out.write_text(playwright_test(episode, out.name), encoding="utf-8")


def playwright_test(episode: Episode, file: str = "test_recorded.py") -> str:
    """The text of the test. Raises UsageError for a recording of a desktop."""
    started = episode.started
    if started is not None and started.env == "desktop":
        raise UsageError(
            "Playwright has no desktop, and this is a recording of one.",
            "Do it again with: handeye replay EPISODE",
        )
    task = (started.task if started else "") or "A recorded task."
    body = [f"    {line}\n" for line in _body(episode)]
    space = next((deed.observed.space for deed in deeds(episode)), None)
    width = round(space.size.width / space.scale_x) if space else 1280
    height = round(space.size.height / space.scale_y) if space else 720
    head = _HEAD.format(
        task=re.sub(r'[\\"]', "'", " ".join(task.split())),
        file=file,
        start=started.url if started else "",
        values=_values(episode),
        viewport={"width": width, "height": height},
        name=slug(task)[:50],
    )
    return head + "".join(body)


def _values(episode: Episode) -> str:
    """The texts that may be changed, as a dict; secrets come from the environment."""
    found = parameters_of(episode).values()
    rows = [
        f"    {each.name!r}: "
        + (f"os.environ[{each.name!r}]" if each.recorded is None else repr(each.recorded))
        for each in found
    ]
    return "{\n" + "".join(f"{row},\n" for row in rows) + "}" if rows else "{}"


def _body(episode: Episode) -> Iterator[str]:
    last = None
    for deed in deeds(episode):
        yield from lines_of(episode, deed)
        if deed.after is not None:
            before, after = urlsplit(deed.observed.url).path, urlsplit(deed.after.url).path
            if before != after and len(deed.observed.tabs) == len(deed.after.tabs):
                pattern = re.escape(after) + r"([?#].*)?$"
                yield f"expect(page).to_have_url(re.compile({pattern!r}))"
        last = deed.after
    if last is not None and last.title:
        yield f"expect(page).to_have_title({last.title!r})"
