"""What `bench_soak` does, by a plain Playwright script with two pictures a step.

Arguments: address, number of steps. Prints steps and the memory of the browser in MB as JSON.
"""

import json
import sys

from playwright.sync_api import CDPSession, Error, Page, sync_playwright
from tests.bench.bench_soak import EVERY, TURN, held

from handeye.envs.browser.find import find_browser


def look(page: Page, session: CDPSession) -> None:
    """A picture; one of a page that is just coming can fail, and is taken a frame later."""
    options = {"format": "png", "optimizeForSpeed": True}
    try:
        session.send("Page.captureScreenshot", options)
    except Error:
        page.evaluate("() => new Promise(requestAnimationFrame)")
        session.send("Page.captureScreenshot", options)


def main() -> None:
    url, steps = sys.argv[1], int(sys.argv[2])
    found = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(find_browser().path))
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        page.goto(url)
        session = page.context.new_cdp_session(page)
        for step in range(steps):
            turn = step % TURN + 1
            if turn % 5 == 1:
                page.get_by_label("Note").fill(f"Note {step}")
            else:
                page.get_by_text("Another page" if turn == TURN else "Next row").click()
            for _ in range(2):
                look(page, session)
            if step % EVERY == 0:
                found.append((step, held(step).browser))
        browser.close()
    print(json.dumps(found))


if __name__ == "__main__":
    main()
