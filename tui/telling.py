"""An episode and its steps as text for the screen; nothing from pages or models is markup here."""

from collections.abc import Iterable

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from handeye.actions import Action, action_adapter, describe
from handeye.envs import Element
from handeye.episodes import Episode, RecordedStep, StepSummary, in_words
from handeye.episodes.keep import Entry
from handeye.episodes.views.show import plain
from handeye.grounding import Grounding
from handeye.grounding.calls import ModelCall
from handeye.grounding.evaluate.detail import Detail
from handeye.tui.search import status, when
from handeye.tui.widgets.bars import drawn

SIGNS = {"ok": "✓", "failed": "✗", "unfinished": "…", "damaged": "!"}
STYLES = {"ok": "green", "failed": "red", "unfinished": "yellow", "damaged": "magenta"}
_BAR = 18
_BESIDE = 90  # columns


def entry_row(entry: Entry, width: int) -> Text:
    """One episode in a list: sign and status, date, steps, seconds, task."""
    state = status(entry)
    word = (entry.reason or state).replace("_", " ") if state == "failed" else state
    row = Text().append(f"{SIGNS[state]} {word:<13.13} ", STYLES[state])
    row.append(f"{when(entry):<16} " if width > 70 else f"{when(entry)[5:]:<11} ", "dim")
    row.append(f"{entry.steps:>5} ")
    row.append(f"{_seconds(entry.seconds):>7}  ", "dim")
    row.append(plain(entry.task or entry.id))
    row.truncate(width, overflow="ellipsis")
    return row


def step_row(summary: StepSummary, width: int) -> Text:
    """One step in a list: number, sign, what, seconds."""
    took = _seconds(summary.seconds)
    row = Text().append(f"{summary.number:>4} ", "dim")
    row.append("✓ " if summary.ok else "✗ ", "green" if summary.ok else "red")
    row.append(plain(summary.what))
    room = width - len(took) - 1
    row.truncate(room, overflow="ellipsis", pad=True)
    row.append(f" {took}", "dim")
    return row


def facts(pairs: Iterable[tuple[str, RenderableType | str]]) -> Table:
    """Names on the left, what is known on the right; empty ones are left out."""
    grid = Table.grid(padding=(0, 1), expand=True)
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold", ratio=1)
    for name, told in pairs:
        if told:
            grid.add_row(name, Text(plain(told)) if isinstance(told, str) else told)
    return grid


def about_entry(entry: Entry, size: int | None = None) -> RenderableType:
    """What is known of an episode that is not open; `size` in bytes, once it is known."""
    state = status(entry)
    took = f"{_seconds(entry.seconds)}, {entry.steps} steps"
    return facts(
        [
            ("Task", entry.task),
            (
                "Result",
                Text(f"{SIGNS[state]} {entry.reason.replace('_', ' ') or state}", STYLES[state]),
            ),
            ("Start", entry.url),
            ("With", ", ".join(part for part in (entry.env, entry.planner) if part)),
            ("Recorded", when(entry)),
            ("Took", took if size is None else f"{took}, {_size(size)}"),
            ("Episode", entry.id),
        ]
    )


def about_step(step: RecordedStep, summary: StepSummary, width: int) -> RenderableType:
    """All that is known of a step, in the order in which it happened; its times beside or below."""
    planned, intent, seen = step.planned, step.intent, step.observed
    outcome = Text(("✓ " if summary.ok else "✗ ") + plain(summary.outcome))
    outcome.stylize("green" if summary.ok else "red")
    verdict = step.verdict
    rows: list[tuple[str, RenderableType | str]] = [
        ("Thought", Text(plain(summary.thought), "italic") if summary.thought else ""),
        ("Plan", describe(planned.action) if planned else ""),
    ]
    rows += [("Found", _found(grounding)) for grounding in step.groundings]
    under = intent.elements if intent else ()
    rows += [("Under", element_line(element)) for element in under if element]
    if verdict:
        rows.append(("Guard", f"{verdict.decision}: {verdict.rule} {verdict.reason}".strip()))
    sent = describe(step.acted.sent) if step.acted else ""
    rows.append(("Sent", sent if planned is None or sent != describe(planned.action) else ""))
    rows.append(("Outcome", outcome))
    rows.append(("Note", step.acted.note if step.acted else ""))
    if step.replied:
        rows.append(("Reply", step.replied.reply))
    if seen:
        rows += [("Page", seen.title), ("Address", seen.url)]
        rows += [("Dialog", f"{each.kind}: {each.message}") for each in seen.dialogs]
        rows += [("Download", name) for name in seen.downloads]
    if width < _BESIDE:
        return Group(facts(rows), Text(), _time(summary))
    both = Table.grid(padding=(0, 2), expand=True)
    both.add_column(ratio=1)
    both.add_column(width=_BAR + 20)
    both.add_row(facts(rows), _time(summary))
    return both


def _found(grounding: Grounding) -> Text:
    if grounding.point is None:
        return Text(f"✗ {grounding.status}: {plain(grounding.reason)}", "red")
    at = f"({grounding.point.x:.0f}, {grounding.point.y:.0f})"
    others = max(0, len(grounding.alternatives) - 1)
    more = f", {others} other candidate{'s' * (others != 1)}" if others else ""
    return Text(plain(f"“{grounding.phrase}” at {at}, sure {grounding.confidence:.2f}{more}"))


def element_line(element: Element) -> str:
    """A role, a name, and where it is."""
    box = element.box
    name = element.name or element.value or next(iter(element.hints), "")
    edges = f"{box.x1:.0f}, {box.y1:.0f} – {box.x2:.0f}, {box.y2:.0f}"
    return f"{element.role} “{name}”  {edges}" + (
        f"  in {element.region}" if element.region else ""
    )


def _time(summary: StepSummary) -> RenderableType:
    grid = Table.grid(padding=(0, 1))
    longest = max([*summary.phases.values(), 0.001])
    phases = dict(summary.phases)
    if "observe" in phases and summary.settled:
        phases = {"settle": summary.settled, "capture": phases.pop("observe"), **phases}
        phases["capture"] = max(0.0, phases["capture"] - summary.settled)
    for name, seconds in phases.items():
        bar = Text(drawn(seconds / longest, _BAR), "cyan")
        grid.add_row(Text(name, "dim"), bar, _milliseconds(seconds))
    why = f"  settled: {summary.settle_reason}" if summary.settle_reason else ""
    return Group(grid, Text(f"{_seconds(summary.seconds)} in all{why}", "dim"))


def about_models(step: RecordedStep) -> RenderableType:
    """What models answered, beside what was read from it."""
    parts: list[RenderableType] = []
    planned = step.planned
    for call in planned.calls if planned else ():
        parts += _call(call, _json(planned.action) if planned and not call.problem else "")
    for grounding in step.groundings:
        read = f"{grounding.status}\n{_where(grounding)}"
        for call in grounding.calls:
            parts += _call(call, read)
        if grounding.raw and not grounding.calls:
            parts += _beside(grounding.raw, read)
    if not parts and planned:
        return Group(Text("No model was asked. The action is:", "dim"), Text(_json(planned.action)))
    return Group(*parts) if parts else Text("Nothing was decided in this step.", "dim")


def _call(call: ModelCall, read: str) -> list[RenderableType]:
    told = f"{call.purpose} · {plain(call.model)} · {call.seconds:.1f} s"
    parts: list[RenderableType] = [Text(told, "bold"), Text(in_words(call.usage), "dim")]
    if call.thought:
        parts.append(Text(plain(call.thought), "italic"))
    parts += _beside(call.text, f"✗ {call.problem}" if call.problem else read)
    return [*parts, Text()]


def _beside(raw: str, read: str) -> list[RenderableType]:
    table = Table(expand=True, box=None, padding=(0, 1, 0, 0), header_style="dim")
    table.add_column("What the model wrote", ratio=1, overflow="fold")
    table.add_column("What was read from it", ratio=1, overflow="fold")
    table.add_row(Text(_lines(raw)), Text(_lines(read)))
    return [table]


def _lines(text: str) -> str:
    return "\n".join(plain(line) for line in text.splitlines())


def _json(action: Action) -> str:
    fields = {"kind": action.kind} | action.model_dump(mode="json", exclude_defaults=True)
    return action_adapter.dump_json(action, indent=2).decode() if not fields else _dumped(fields)


def _dumped(fields: dict[str, object]) -> str:
    import json

    return _lines(json.dumps(fields, indent=2, ensure_ascii=False))


def _where(grounding: Grounding) -> str:
    if grounding.point is None:
        return grounding.reason
    box = grounding.box
    edges = f"\nbox {box.x1:.0f}, {box.y1:.0f} – {box.x2:.0f}, {box.y2:.0f}" if box else ""
    return f"point {grounding.point.x:.0f}, {grounding.point.y:.0f}{edges}"


def about_run(episode: Episode) -> str:
    """The task of an episode and what became of it, in a line."""
    started, ended = episode.started, episode.ended
    task = plain(started.task) if started else episode.id
    if ended is None:
        return f"{SIGNS['unfinished']} unfinished  {task}"
    sign = SIGNS["ok" if ended.ok else "failed"]
    return f"{sign} {ended.reason.value.replace('_', ' ')}  {task}"


def about_question(detail: Detail) -> str:
    """What was answered to a question of a benchmark, and what is wanted."""
    points = ", ".join(f"({point.x:.0f}, {point.y:.0f})" for point in detail.answered)
    wanted = ""
    if detail.bbox:
        x1, y1, x2, y2 = detail.bbox
        wanted = f"Wanted: in {x1:.0f}, {y1:.0f} – {x2:.0f}, {y2:.0f} (blue).\n"
    sign = "✓" if detail.correctness == "correct" else "✗"
    return f"{sign} answered: {points or 'no point'}.\n{wanted}Enter asks again."


def _seconds(seconds: float) -> str:
    if seconds >= 600:
        return f"{seconds / 60:.0f} min"
    return f"{seconds:.1f} s" if seconds >= 1 else _milliseconds(seconds)


def _size(bytes_: int) -> str:
    return f"{bytes_ / 1e6:,.1f} MB" if bytes_ >= 100_000 else "under 0.1 MB"


def _milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds < 10 else f"{seconds:.1f} s"
