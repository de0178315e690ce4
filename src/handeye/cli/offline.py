"""`handeye replay --offline`: what another grounder or planner would have done.

Prevents: a browser started for a question that recorded screens can answer.
"""

from typing import TYPE_CHECKING

import typer

from handeye.actions.errors import UsageError
from handeye.cli.console import err, out, print_json

if TYPE_CHECKING:
    from handeye.agent.counterfactual import Agreement
    from handeye.episodes import Episode


def offline(ref: str, *, grounder: str, planner: str, model: str, as_json: bool) -> None:
    """Ask at every recorded screen; exit code 0 where all agree, 1 where some differ."""
    from handeye.agent.backends import choose
    from handeye.agent.counterfactual import ask_grounder, ask_planner
    from handeye.episodes import find_episode, read_episode
    from handeye.grounding.backends import make_grounder
    from handeye.grounding.chat.backends import ModelOptions

    if not (grounder or planner or model):
        raise UsageError("Nobody to ask is named.", "Add --grounder, --planner or --model.")
    found = read_episode(find_episode(ref))
    with err.status("Asking …"):
        if planner or model:
            moves = _moves(found) | {"ask_user"}
            thinker, finder = choose(planner, grounder, model, ModelOptions(), moves)
            task = found.started.task if found.started else ""
            told = ask_planner(found, thinker, finder, task)
        else:
            told = ask_grounder(found, make_grounder(grounder))
    if as_json:
        print_json(
            {
                "steps": [each.model_dump(mode="json") for each in told.opinions],
                "agreement": told.rate,
                "kinds": told.kinds,
                "places": told.places,
            }
        )
    else:
        _print(told)
    raise typer.Exit(0 if told.rate == 1.0 or told.rate is None else 1)


def _moves(episode: "Episode") -> frozenset[str]:
    """What can be done where it was recorded."""
    if episode.started is not None and episode.started.env == "desktop":
        from handeye.envs.desktop import DesktopEnv

        return DesktopEnv.action_space
    from handeye.envs.browser import BrowserEnv

    return BrowserEnv.action_space


def _print(told: "Agreement") -> None:
    from handeye.episodes.views.show import plain

    for each in told.opinions:
        if not each.agrees:
            far = f"  {each.distance:.0f} px apart" if each.distance is not None else ""
            line = f"{each.step:>4}  {plain(each.recorded)}  ⇒  {plain(each.other)}{far}"
            out.print(line, markup=False, highlight=False, soft_wrap=True)
    parts = {"agree": told.rate, "same kind of action": told.kinds, "same place": told.places}
    figures = [f"{name} {part:.1%}" for name, part in parts.items() if part is not None]
    out.print(f"{len(told.opinions)} compared: {', '.join(figures)}.", highlight=False)
