"""Settle waits for what is still happening, and not for what never ends."""

import pytest

from handeye.actions import Click, Goto, Target, Type, Wait
from handeye.envs.browser import BrowserEnv

SPINNER = "<style>@keyframes s{to{transform:rotate(1turn)}}i{display:block;width:40px;height:40px;border:4px solid;border-color:red blue;animation:s 1s linear infinite}</style><i></i>"
CLOCK = "<p id=c></p><script>setInterval(() => c.textContent = performance.now(), 50)</script>"
CANVAS = """<canvas id=k width=300 height=200></canvas><script>const g = k.getContext('2d'); let n = 0;
(function draw() { g.fillStyle = `hsl(${n += 7} 90% 50%)`; g.fillRect(0, 0, 300, 200); requestAnimationFrame(draw); })()</script>"""
VIDEO = """<video id=v autoplay muted width=300></video><canvas id=k width=300 height=200 hidden></canvas>
<script>const g = k.getContext('2d'); let n = 0; v.srcObject = k.captureStream();
setInterval(() => { g.fillStyle = `hsl(${n += 7} 90% 50%)`; g.fillRect(0, 0, 300, 200); }, 30)</script>"""
IMAGE = "<img src=/hang width=100 height=100>"
FRAME = "<iframe src=/hang></iframe>"
POLLER = (
    "<script>(async function poll() { for (;;) await fetch('/hang?' + Math.random()); })()</script>"
)
TICKER = "<script>(function tick() { fetch('/quick'); setTimeout(tick, 300); })()</script>"
BUTTON = "<button onclick='this.textContent = \"Pressed\"'>Press</button>"

pytestmark = pytest.mark.heavy


@pytest.fixture(scope="module")
def env():
    with BrowserEnv() as env:
        yield env


def spot(env, name):
    found = [e for e in env.observe().elements if name in (e.name, *e.hints)]
    return Target(point=found[0].box.center)


@pytest.mark.parametrize(
    ("moving", "learning"),
    [
        (SPINNER, 0),
        (CLOCK, 2.0),
        (CANVAS, 0),
        (VIDEO, 0),
        (IMAGE, 0),
        (FRAME, 0),
        (POLLER, 0),
        (TICKER, 3.0),
    ],
    ids=["spinner", "clock", "canvas", "video", "image", "frame", "poller", "ticker"],
)
def test_what_never_ends_does_not_hold_every_step(env, site, reply, moving, learning):
    pages = {"/": BUTTON + moving, "/hang": reply("late", delay=30), "/quick": "ok"}
    assert env.act(Goto(url=site(pages).url)).ok
    env.act(Wait(until="time", seconds=learning))
    press = Click(target=spot(env, "Press"))
    env.observe()
    waits = []
    for _ in range(3):
        outcome = env.act(press)
        assert outcome.ok, outcome.error
        waits.append(env.observe().settled)
    assert "Pressed" in [e.name for e in env.observe().elements]
    assert all(wait.seconds < 1.6 for wait in waits), waits
    assert all(wait.reason != "cap" for wait in waits), waits


def test_a_still_page_is_quiet_after_one_frame(env, site):
    assert env.act(Goto(url=site({"/": "<p>still</p>"}).url)).ok
    still = spot(env, "still")
    env.act(Click(target=still))
    settled = env.observe().settled
    assert (settled.reason, settled.frames) == ("quiet", 1)


@pytest.mark.parametrize(
    "work",
    [
        "setTimeout(() => out.textContent = 'Done', 400)",
        "fetch('/slow').then(r => r.text()).then(t => out.textContent = t)",
        "setTimeout(() => fetch('/slow').then(r => r.text()).then(t => out.textContent = t), 250)",
        "setTimeout(() => setTimeout(() => out.textContent = 'Done', 200), 200)",
        "location.href = '/slowpage'",
        "out.animate([{opacity: 0}, {opacity: 1}], 600).finished.then(() => out.textContent = 'Done')",
    ],
    ids=["timer", "fetch", "debounced fetch", "chained timers", "navigation", "animation"],
)
def test_what_a_click_sets_going_is_waited_for(env, site, reply, work):
    served = site({"/slow": reply("Done", delay=0.7), "/slowpage": reply("<p>Done</p>", delay=0.7)})
    served.pages["/"] = f'<button onclick="{work}">Go</button><p id=out>before</p>'
    assert env.act(Goto(url=served.url)).ok
    env.act(Click(target=spot(env, "Go")))
    assert "Done" in [e.name for e in env.observe().elements]


def test_a_search_box_that_waits_for_the_last_key_is_waited_for(env, site, reply):
    page = """<input aria-label=Search><ul id=hits></ul><script>let t;
    document.querySelector('input').oninput = e => { clearTimeout(t); t = setTimeout(async () => {
      hits.innerHTML = '<li>' + await (await fetch('/find')).text(); }, 300); };</script>"""
    served = site({"/": page, "/find": reply("A hit", delay=0.3)})
    assert env.act(Goto(url=served.url)).ok
    env.act(Type(text="lamp", target=spot(env, "Search")))
    assert "A hit" in [e.name for e in env.observe().elements]
