"""`handeye import`: a recording of another tool as an episode."""

from pathlib import Path
from typing import Annotated

import typer

from handeye.cli.console import err, out, print_json


def import_(
    source: Annotated[Path, typer.Argument(help="A file or a folder.")],
    kind: Annotated[
        str,
        typer.Option(help="chrome, osworld, playwright or atif.", show_default="the file tells"),
    ] = "",
    folder: Annotated[
        Path | None, typer.Option("--out", help="The episode's folder, a new one.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Make an episode of a recording of another tool; list what it has no place for."""
    from handeye.actions.errors import EpisodeError
    from handeye.episodes import read_episode
    from handeye.episodes.imports import import_recording
    from handeye.episodes.replay import by_names, unplaced
    from handeye.episodes.views.show import plain

    if folder is not None and folder.exists():
        raise EpisodeError(f"{folder} is there already.", "Name a new folder for the episode.")
    found = import_recording(source, kind, out=folder)
    if as_json:
        print_json(found.model_dump(mode="json"))
        return
    out.print(f"Imported {found.steps} steps.", style="green", highlight=False)
    out.print(f"Episode: {found.episode}", markup=False, highlight=False, soft_wrap=True)
    episode = read_episode(found.episode)
    if numbers := unplaced(episode):
        told = f"{len(numbers)} of them have no place on a screen; do them by their names:"
        err.print(told, style="yellow", highlight=False)
        err.print(f"  {plain(by_names(episode))}", markup=False, highlight=False, soft_wrap=True)
    if found.left_out:
        err.print(f"Not represented ({len(found.left_out)}):", style="yellow", highlight=False)
        for each in found.left_out:
            err.print(f"  {plain(each)}", markup=False, highlight=False, soft_wrap=True)
