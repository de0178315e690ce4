"""The comparison as one HTML page that needs no other file and no network.

Prevents: a report whose pictures are gone when it is sent on.
"""

from collections.abc import Sequence
from html import escape
from importlib.resources import files
from string import Template

from handeye.grounding.evaluate.compare.gallery import chosen, picture
from handeye.grounding.evaluate.compare.runs import Compared
from handeye.grounding.evaluate.detail import Detail
from handeye.grounding.evaluate.summary import distance
from handeye.grounding.evaluate.tables import interval, percent

COLUMNS = ("Run", "Accuracy", "95 %", "Gain over the first", "95 % (paired)", "Text", "Icon",
           "No point", "Median distance", "Seconds", "Output tokens")  # fmt: skip


def row(each: Compared) -> list[str]:
    """A run's figures under COLUMNS; an em dash for what was not measured."""
    summary, costs = each.summary, each.summary.costs
    typed = {part.name: percent(part.accuracy) for part in summary.by_type}
    gain = low_high = "—"
    if each.gain:
        low, high = each.gain.interval
        gain = f"{100 * each.gain.gain:+.1f}"
        low_high = f"{100 * low:+.1f} to {100 * high:+.1f}"
    return [
        each.name,
        percent(summary.overall.accuracy),
        interval(summary.overall),
        gain,
        low_high,
        typed.get("text", "—"),
        typed.get("icon", "—"),
        str(summary.wrong_format),
        _number(summary.median_error, "{:.0f} px"),
        _number(costs.mean_seconds, "{:.2f}"),
        _number(costs.mean_output_tokens, "{:.1f}"),
    ]


def page(runs: Sequence[Compared], plot: str) -> str:
    """The page; `plot` is the SVG of the figure."""
    settings = runs[0].run.settings
    title = f"{settings.dataset}: {len(runs)} run{'s' * (len(runs) > 1)}"
    subtitle = (
        f"{len(runs[0].details)} items that all have answered · data {settings.data_sha256[:12]}"
    )
    template = Template(
        (files("handeye.grounding.evaluate.compare") / "page.html").read_text(encoding="utf-8")
    )
    return template.substitute(
        title=escape(title),
        subtitle=escape(subtitle),
        table=_table(runs),
        plot=plot[plot.find("<svg") :],  # without the XML declaration, which HTML does not know
        galleries="\n".join(map(_gallery, runs)),
    )


def _table(runs: Sequence[Compared]) -> str:
    head = "".join(f"<th>{escape(name)}</th>" for name in COLUMNS)
    rows = (
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row(each)) + "</tr>"
        for each in runs
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def _gallery(each: Compared) -> str:
    wrong = each.summary.overall.total - each.summary.overall.right
    shown = chosen(each.details)
    note = f"{wrong} error{'s' * (wrong != 1)}" + (
        f", {len(shown)} of them shown" if len(shown) < wrong else ""
    )
    figures = "".join(map(_figure, shown))
    return f'<h2>{escape(each.name)}</h2><p>{note}</p><div class="grid">{figures}</div>'


def _figure(detail: Detail) -> str:
    said = detail.prompt_to_evaluate
    data = picture(detail)
    shown = (
        f'<img src="{data}" alt="{escape(said)}" loading="lazy">'
        if data
        else '<div class="gone">the image is not there any more</div>'
    )
    off = distance(detail)
    facts = [detail.id] if detail.answered else [detail.id, "no point"]
    facts += [f"{off:.0f} px off"] if off else []
    facts += [detail.reason] if detail.reason else []
    facts += [f"said: {str(detail.raw_response)[:200]}"] if detail.raw_response else []
    return (
        f"<figure>{shown}<figcaption><b>{escape(said)}</b>"
        f"{escape(' · '.join(facts))}</figcaption></figure>"
    )


def _number(value: float | None, form: str) -> str:
    return "—" if value is None else form.format(value)
