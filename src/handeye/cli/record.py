"""`handeye record`: use a browser or a desktop by hand, and keep what was done as an episode.

Prevents: secrets that are given on the command line, where every user of the machine sees them.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from handeye.cli.console import err, exit_code, out, print_json

if TYPE_CHECKING:
    from handeye.actions import Action


def record(
    url: Annotated[str, typer.Option(help="Where to start, in a browser.")] = "",
    env: Annotated[
        Literal["browser", "desktop"], typer.Option(help="Where the task is done.")
    ] = "browser",
    display: Annotated[
        str,
        typer.Option(
            help="With --env desktop: an X11 name.", show_default="the desktop you are on"
        ),
    ] = "",
    view: Annotated[
        str,
        typer.Option(help="With --env desktop: all, monitor:N, window:TITLE or region:X,Y,W,H."),
    ] = "all",
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
    """Use a browser or a desktop by hand and record it, until Ctrl-C.

    Closing the browser ends it too; on a desktop, moving the pointer into a corner of the screen.
    Passwords in a browser are kept neither as text nor in pictures. On a desktop nothing tells
    what is a password: name it with --secret.
    """
    from handeye import recording

    end = "Close the browser" if env == "browser" else "Move the pointer into a corner"
    result = recording.record(
        url,
        env=env,
        display=display,
        view=view,
        task=task,
        secrets=secret or (),
        parameters=recording.pairs(mark or ()),
        uploads=uploads or (),
        out=folder,
        headless=headless,
        on_start=lambda: err.print(f"Recording. {end} or press Ctrl-C when you are done."),
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
