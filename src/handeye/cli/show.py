"""`handeye show`: an episode as a table, as JSON, or as one HTML file."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from handeye.cli.console import err, out, print_json

if TYPE_CHECKING:
    from handeye.episodes import Episode


def show(
    episode: Annotated[
        str, typer.Argument(help='Folder, id, beginning of an id, or "last".', metavar="EPISODE")
    ],
    html: Annotated[
        Path | None, typer.Option(help="Write one self-contained HTML file.", metavar="OUT.html")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show what happened in an episode: each step, its target and what became of it."""
    from handeye.episodes import find_episode, read_episode, show_episode, write_report

    found = read_episode(find_episode(episode))
    if html is not None:
        with err.status("Writing the report …"):
            write_report(found, html)
    if as_json:
        print_json(_as_data(found))
    elif html is not None:
        out.print(str(html), markup=False, highlight=False, soft_wrap=True)
    else:
        out.print(show_episode(found))


def _as_data(episode: "Episode") -> dict[str, object]:
    from handeye.episodes import status_line, summarise

    return {
        "id": episode.id,
        "path": str(episode.path.resolve()),
        "status": status_line(episode),
        "finished": episode.finished,
        "torn": episode.torn,
        "in_flight": episode.in_flight.model_dump(mode="json") if episode.in_flight else None,
        "started": episode.started.model_dump(mode="json") if episode.started else None,
        "ended": episode.ended.model_dump(mode="json") if episode.ended else None,
        "steps": [step.model_dump(mode="json") for step in summarise(episode)],
    }
