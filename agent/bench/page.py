"""The report as one HTML file: a heat map of task × seed, and the failures with their last screen.

Prevents: text of pages or models that runs as a script in whoever reads it (none may run at all).
"""

import base64
from collections.abc import Sequence
from html import escape
from pathlib import Path

from handeye.actions import describe
from handeye.actions.errors import EpisodeCorruptError, HandeyeError
from handeye.agent.bench.report import PUBLISHED, PUBLISHED_INPUT, grouped, human
from handeye.agent.bench.results import BenchResults, Played
from handeye.episodes import Episode, load_frame, read_episode
from handeye.grounding.evaluate.intervals import wilson

MOST_PICTURES = 200
"""So many failures are shown, so that the file stays one that a browser opens."""
_STYLE = """
body{font:14px system-ui,sans-serif;margin:0 auto;padding:2em;max-width:75em}
body{color:#222;background:#fff}
td,th{padding:1px 6px;text-align:left}td.s{width:2em;text-align:center;color:#fff}
.y{background:#26794a}.p{background:#8a6d00}.n{background:#b3372c}.k{background:#5c5c5c}
.g{display:grid;grid-template-columns:repeat(auto-fill,minmax(18em,1fr));gap:1em}
.c{border:1px solid #ccc;padding:.6em;overflow-wrap:anywhere}.c img{max-width:100%}
"""


def write_page(results: BenchResults, path: Path) -> None:
    """Write the page whole or not at all."""
    part = path.with_name(path.name + ".part")
    part.write_text(_page(results), encoding="utf-8", errors="replace")
    part.replace(path)


def _page(results: BenchResults) -> str:
    played = results.played
    hits = sum(each.success for each in played)
    low, high = wilson(hits, len(played))
    failures = sorted(
        (each for each in played if not each.success), key=lambda each: (each.task, each.seed)
    )
    shown = failures[:MOST_PICTURES]
    published = ", ".join(f"{who} {share:.3f}" for who, share in PUBLISHED)
    head = (
        "<!doctype html><html lang=en><meta charset=utf-8><title>MiniWoB++</title>"
        "<meta http-equiv=Content-Security-Policy content=\"default-src 'none'; "
        "img-src data:; style-src 'unsafe-inline'\">"
        f"<style>{_STYLE}</style><h1>MiniWoB++: {escape(results.settings['planner'])}</h1>"
        f"<p><b>{hits} of {len(played)}</b> solved, 95 % from {low:.3f} to {high:.3f}; at most "
        f"{escape(results.settings['limits'])}.<p>Published: {published}. {PUBLISHED_INPUT}."
    )
    cards = "".join(_card(results, each) for each in shown)
    return (
        f"{head}<h2>Task × seed</h2>{_heat_map(played)}"
        f"<h2>Not solved: {len(shown)} of {len(failures)} shown</h2><div class=g>{cards}</div>\n"
    )


def _heat_map(played: Sequence[Played]) -> str:
    seeds = sorted({each.seed for each in played})
    people = human()
    top = "".join(f"<th>{seed}" for seed in seeds)
    rows = [f"<table><tr><th>task{top}<th>solved<th>95 %<th>people"]
    for task, those in grouped(played, lambda each: each.task).items():
        by_seed = {each.seed: each for each in those}
        cells = "".join(_cell(by_seed.get(seed)) for seed in seeds)
        right = sum(each.success for each in those)
        low, high = wilson(right, len(those))
        other = f"{people[task][1]:.2f}" if task in people else ""
        rows.append(
            f"<tr><td>{escape(task)}{cells}<td>{right}/{len(those)}"
            f"<td>{low:.2f}–{high:.2f}<td>{other}"
        )
    key = "✓ solved, ~ in part, ✗ not solved, ! its worker was ended, empty: not played"
    return "".join(rows) + f"</table><p>{key}."


def _cell(played: Played | None) -> str:
    if played is None:
        return "<td>"
    kind, sign = "n", "✗"
    if played.success:
        kind, sign = ("y", "✓") if played.raw_reward >= 1 else ("p", "~")
    elif played.stop == "worker_killed":
        kind, sign = "k", "!"
    return f'<td class="s {kind}" title="{escape(played.line())}">{sign}'


def _card(results: BenchResults, played: Played) -> str:
    """One failure: what was asked, the last screen, the last action, and why it ended."""
    said, picture, action = "", "", "none"
    try:
        episode = read_episode(results.episode(played))
        said = episode.started.task if episode.started else ""
        picture, action = _last_frame(episode), _last_action(episode)
    except EpisodeCorruptError as error:
        said = f"The recording is damaged: {error.message}"
    except HandeyeError:
        said = "No recording: it ended before the first look."
    return (
        f"<div class=c><b>{escape(played.task)}</b> {played.seed}<p>{escape(said)}<p>{picture}"
        f"<p>Last action: {escape(action)}<p>{escape(played.stop)}: {escape(played.message)}</div>"
    )


def _last_frame(episode: Episode) -> str:
    for step in reversed(episode.steps):
        if step.observed is not None:
            frame = load_frame(episode, step.observed)
            data = base64.b64encode(frame.data).decode()
            return f'<img alt="" src="data:image/{frame.format};base64,{data}">'
    return ""


def _last_action(episode: Episode) -> str:
    for step in reversed(episode.steps):
        if step.intent is not None:
            return describe(step.intent.action)
    return "none"
