"""`handeye doctor`: is this machine ready, and do clicks land where the screenshot shows?"""

from typing import TYPE_CHECKING, Annotated

import typer

from handeye.actions.errors import UsageError
from handeye.cli.console import err, out, print_json

if TYPE_CHECKING:
    from handeye.doctor import Check


def doctor(
    install_browser: Annotated[
        bool,
        typer.Option("--install-browser", help="Find a browser or install one; check nothing."),
    ] = False,
    model: Annotated[
        str,
        typer.Option(help="Check only this model: phi4:PATH, remote:NAME@URL, scripted:FILE.json."),
    ] = "",
    profile: Annotated[
        str, typer.Option(help="The conventions of the model, where its name does not tell.")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Check the browser, the display, memory and disk, and that clicks land where they should.

    With --model: whether the model answers, and in which coordinates it points.

    Exit code 0: ready. 3: no working browser. 4: episodes cannot be written. 5: no usable model.
    """
    if install_browser:
        _install(as_json)
        return
    if profile and not model:
        raise UsageError("--profile goes with --model.", "Name a model.")
    from handeye.doctor import model_checks, run_checks
    from handeye.grounding.chat.backends import ModelOptions

    checks: list[Check] = []
    with err.status("Checking …") as status:
        for check in model_checks(model, ModelOptions(profile=profile)) if model else run_checks():
            checks.append(check)
            status.update(f"Checking … {check.name} is {check.status}")
    failed = [check for check in checks if check.status == "fail"]
    if as_json:
        listed = [check.model_dump(mode="json", exclude_none=True) for check in checks]
        print_json({"ok": not failed, "checks": listed})
    else:
        _show(checks)
    if failed:
        raise typer.Exit(failed[0].exit_code)


def _install(as_json: bool) -> None:
    from handeye.envs.browser.install import install_browser

    found = install_browser(lambda line: err.print(line, markup=False, highlight=False))
    if as_json:
        print_json(found.model_dump(mode="json"))


def _show(checks: "list[Check]") -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, show_header=False, pad_edge=False)
    for column in range(3):
        table.add_column(overflow="fold" if column == 2 else "ellipsis", no_wrap=column < 2)
    styles = {"ok": "green", "warn": "yellow", "fail": "bold red"}
    for check in checks:
        table.add_row(
            Text(check.status, style=styles[check.status]), check.name, Text(check.detail)
        )
    out.print(table)
    for check in checks:
        if check.fix:
            out.print(f"{check.name}: {check.fix}", markup=False, highlight=False, soft_wrap=True)
