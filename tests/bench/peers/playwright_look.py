"""The bare screenshot through CDP, PNG, nothing else: what a look costs at the least.

Arguments: address, width, height, and "default" or "speed" for how the PNG is packed.
"""

import base64
import json
import sys
import time

from playwright.sync_api import Error, sync_playwright

from handeye.envs.browser.find import find_browser


def main() -> None:
    url, width, height, packing = sys.argv[1:]
    options = {"format": "png", "optimizeForSpeed": packing == "speed"}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(find_browser().path))
        page = browser.new_page(viewport={"width": int(width), "height": int(height)})
        page.goto(url)
        session = page.context.new_cdp_session(page)

        def look() -> None:
            base64.b64decode(session.send("Page.captureScreenshot", options)["data"])

        for _ in range(10):  # the first pictures of a new page can fail
            try:
                look()
                break
            except Error:
                page.evaluate("() => new Promise(requestAnimationFrame)")
        print("ready", flush=True)
        for line in sys.stdin:
            seconds = []
            for _ in range(int(line)):
                started = time.perf_counter()
                look()
                seconds.append(time.perf_counter() - started)
            print(json.dumps(seconds), flush=True)
        browser.close()


if __name__ == "__main__":
    main()
