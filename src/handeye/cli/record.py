"""`handeye record`: use a browser by hand, and keep what was done as an episode.

Prevents: secrets that are given on the command line, where every user of the machine sees them.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from handeye.cli.console import err, exit_code, out, print_json

if TYPE_CHECKING:
    from handeye.actions import Action


def record(
    url: Annotated[str, typer.Option(help="Where to start.")],
    task: Annotated[str, typer.Option(help="What is done, in words; the recording's title.")] = "",
    secret: Annotated[
        list[str] | None,
        typer.Option(
            help="An environment variable whose value is kept out of the recording.",
            metavar="NAME",
        ),
    ] = None,
    mark: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            help="A text you will type that replays may change.",
            metavar="NAME=TEXT",
        ),
    ] = None,
    uploads: Annotated[
        list[Path] | None,
        typer.Option(
            "--allow-uploads",
            help="A folder with the files that you will upload: pages do not tell where they lie.",
        ),
    ] = None,
    folder: Annotated[
        Path | None, typer.Option("--out", help="The episode's folder, a new one.")
    ] = None,
    headless: Annotated[bool, typer.Option(hidden=True)] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Use a browser by hand and record it; end with Ctrl-C, or close the browser.

    Passwords are kept neither as text nor in pictures.
    """
    from handeye import recording

    if not headless:
        err.print("Recording. Close the browser or press Ctrl-C when you are done.")
    result = recording.record(
        url,
        task=task,
        secrets=secret or (),
        parameters=recording.pairs(mark or ()),
        uploads=uploads or (),
        out=folder,
        headless=headless,
        on_step=_tell,
    )
    if as_json:
        print_json(result.model_dump(mode="json"))
        raise typer.Exit(exit_code(result))
    head = f"Recorded {result.steps} steps."
    if not result.ok:
        head = f"Stopped after {result.steps} steps: {result.reason.value.replace('_', ' ')}."
    out.print(head, style="green" if result.ok else "red", highlight=False)
    for line in (result.message, f"Episode: {result.episode}"):
        if line:
            out.print(line, markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(exit_code(result))


def _tell(index: int, action: "Action") -> None:
    from handeye.actions import describe
    from handeye.episodes.views.show import plain

    err.print(f"{index + 1:>4}  {plain(describe(action))}", markup=False, highlight=False)
