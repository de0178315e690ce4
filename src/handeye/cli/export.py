"""`handeye export`: a recording in a form that other tools read."""

from pathlib import Path
from typing import Annotated

import typer

from handeye.cli.console import err, out


def export(
    episode: Annotated[
        str, typer.Argument(help='Folder, id, beginning of an id, or "last".', metavar="EPISODE")
    ],
    to: Annotated[
        str,
        typer.Option(
            help="playwright, atif, osworld, dataset, gif, mp4, webm, html.", metavar="FORMAT"
        ),
    ],
    path: Annotated[
        Path | None,
        typer.Option("--out", help="A new file or folder.", show_default="ID.FORMAT here"),
    ] = None,
) -> None:
    """Write a recording in another form."""
    from handeye.episodes import exports, find_episode, read_episode

    found = read_episode(find_episode(episode))
    suffix = exports.FORMATS[to].suffix if to in exports.FORMATS else ""
    name = f"test_{found.id.replace('-', '_')}" if to == "playwright" else found.id
    target = path or Path(f"{name}{suffix or '.' + to}")
    with err.status("Writing …"):
        exports.export(found, to, target)
    out.print(str(target), markup=False, highlight=False, soft_wrap=True)
