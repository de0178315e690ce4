"""A stand-in for BrowserGym on a real page: its observation dictionaries, made in the same way from
the same DevTools calls, and its calls by coordinates. BrowserGym itself needs another Playwright.

Source of both formats: BrowserGym 0.14.3, core/observation.py and core/action/functions.py.
"""

import ast
import io
from typing import Any

import numpy as np
from PIL import Image

from handeye.envs.miniwob import MiniwobEnv

MARK = """() => [...document.querySelectorAll("body *")].map((element, number) => {
  element.setAttribute("bid", number);
  element.setAttribute("aria-roledescription", "browsergym_id_" + number);
  const box = element.getBoundingClientRect();
  return box.width * box.height > 0 && box.bottom > 0 && box.top < innerHeight ? 1.0 : 0.0;
})"""
UNMARK = """() => document.querySelectorAll("[bid]").forEach((element) => {
  element.removeAttribute("aria-roledescription");
})"""


class Little:
    """`reset`, `step` and `close` as BrowserGym has them, for one task of MiniWoB++."""

    def __init__(self, env: MiniwobEnv, task: str) -> None:
        self._env, self._task = env, task
        self._error = ""
        self.calls: list[str] = []

    @property
    def unwrapped(self) -> "Little":
        return self

    @property
    def page(self) -> Any:
        return self._env._browser._session.page

    def reset(self, seed: int | None = None) -> tuple[dict[str, Any], dict[str, Any]]:
        self._goal = self._env.reset(self._task, seed or 0)
        self.calls, self._error = [], ""
        return self.seen(), {}

    def step(self, words: str) -> tuple[dict[str, Any], float, bool, bool, dict[str, Any]]:
        self.calls.append(words)
        self._error, infeasible = "", False
        for statement in ast.parse(words).body:
            call = statement.value
            given = [ast.literal_eval(argument) for argument in call.args]
            infeasible |= call.func.id == "report_infeasible"
            try:
                self._do(call.func.id, given)
            except ValueError as error:
                self._error = f"ValueError: {error}"
                break
        self._env.observe()  # waits for rest
        score = self._env.score()
        return self.seen(), float(score.success), score.done or infeasible, False, {}

    def _do(self, name: str, given: list[Any]) -> None:
        mouse, keyboard, places = (
            self.page.mouse,
            self.page.keyboard,
            [x / 1.5 for x in given if isinstance(x, float)],
        )
        if name == "mouse_click":
            mouse.click(*places, button=given[2] if len(given) > 2 else "left")
        elif name == "mouse_move":
            mouse.move(*places)
        elif name in ("mouse_down", "mouse_up"):
            mouse.move(*places)
            getattr(mouse, name.removeprefix("mouse_"))()
        elif name == "keyboard_type":
            keyboard.type(*given)
        elif name == "keyboard_press":
            keyboard.press(*given)
        elif name == "select_option":
            self.page.locator(f'[bid="{given[0]}"]').select_option(given[1])
        elif name not in ("noop", "send_msg_to_user", "report_infeasible"):
            raise ValueError(f"Invalid action type {name!r}")

    def seen(self) -> dict[str, Any]:
        visible = self.page.evaluate(MARK)
        devtools = self.page.context.new_cdp_session(self.page)
        options = {"computedStyles": [], "includeDOMRects": True, "includePaintOrder": True}
        dom = devtools.send("DOMSnapshot.captureSnapshot", options)
        tree = devtools.send("Accessibility.getFullAXTree")
        devtools.detach()
        self.page.evaluate(UNMARK)
        for node in tree["nodes"]:
            for told in [*node.get("properties", ())]:
                said = told["value"].get("value", "")
                if told["name"] == "roledescription":
                    node["browsergym_id"] = said.removeprefix("browsergym_id_")
                    node["properties"].remove(told)
        picture = Image.open(io.BytesIO(self._env.observe().screenshot.data)).convert("RGB")
        return {
            "goal": self._goal,
            "goal_object": ({"type": "text", "text": self._goal},),
            "open_pages_urls": (self.page.url,),
            "open_pages_titles": (self.page.title(),),
            "active_page_index": np.asarray([0]),
            "url": self.page.url,
            "screenshot": np.array(picture),
            "dom_object": dom,
            "axtree_object": tree,
            "extra_element_properties": properties_of(dom, visible),
            "focused_element_bid": "",
            "last_action_error": self._error,
        }


def properties_of(dom: dict[str, Any], visible: list[float]) -> dict[str, Any]:
    strings, (document, *_) = dom["strings"], dom["documents"]
    nodes, layout = document["nodes"], document["layout"]
    bounds = dict(zip(layout["nodeIndex"], layout["bounds"], strict=True))
    clickable = set(nodes["isClickable"]["index"])
    found = {}
    for index, pairs in enumerate(nodes["attributes"]):
        names = [strings[each] for each in pairs]
        told = dict(zip(names[::2], names[1::2], strict=True))
        if "bid" in told:
            box = bounds.get(index)
            found[told["bid"]] = {
                "visibility": visible[int(told["bid"])],
                "bbox": [1.5 * side for side in box] if box else None,
                "clickable": index in clickable,
                "set_of_marks": True,
            }
    return found
