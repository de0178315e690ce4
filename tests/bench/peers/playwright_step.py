"""A step with plain Playwright: click, two frames, screenshot, and the elements in view.

Arguments: address, width, height, and a selector of what to click.
"""

import base64
import json
import sys
import time

from playwright.sync_api import Error, sync_playwright

from handeye.envs.browser.find import find_browser

TWO_FRAMES = "() => new Promise(f => requestAnimationFrame(() => requestAnimationFrame(f)))"
ELEMENTS = """() => JSON.stringify(
  [...document.querySelectorAll("a, button, input, select, textarea, label")]
    .map(e => [e.tagName, e.innerText, e.getBoundingClientRect().toJSON()])
    .filter(([, , box]) => box.bottom > 0 && box.top < innerHeight))"""


def main() -> None:
    url, width, height, selector = sys.argv[1:]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(find_browser().path))
        page = browser.new_page(viewport={"width": int(width), "height": int(height)})
        page.goto(url)
        session = page.context.new_cdp_session(page)
        box = page.locator(selector).first.bounding_box()
        assert box is not None
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

        def step() -> None:
            page.mouse.click(x, y)
            page.evaluate(TWO_FRAMES)
            base64.b64decode(session.send("Page.captureScreenshot", {"format": "png"})["data"])
            json.loads(page.evaluate(ELEMENTS))

        for _ in range(10):  # the first pictures of a new page can fail
            try:
                step()
                break
            except Error:
                page.evaluate(TWO_FRAMES)
        print("ready", flush=True)
        for line in sys.stdin:
            seconds = []
            for _ in range(int(line)):
                started = time.perf_counter()
                step()
                seconds.append(time.perf_counter() - started)
            print(json.dumps(seconds), flush=True)
        browser.close()


if __name__ == "__main__":
    main()
