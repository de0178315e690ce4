"""Asks what of MiniWoB++ to play, by whom: the options of `handeye bench miniwob`."""

from collections.abc import Mapping
from pathlib import Path

from handeye.actions.errors import UsageError
from handeye.agent.bench.course import BenchSettings
from handeye.agent.bench.wanted import SETS, Wanted, default_folder, named_tasks
from handeye.tui.modals.form import Form, Line, number
from handeye.tui.playing import Playing, miniwob


class PlayMiniwob(Form[Playing]):
    """Filled in with what a folder was to hold, where one is to go on."""

    heading = "Play MiniWoB++"

    def __init__(self, kept: Wanted | None = None) -> None:
        super().__init__()
        self._kept = kept

    def lines(self) -> list[Line]:
        kept = self._kept
        settings = kept.settings if kept else BenchSettings(out=Path())
        tasks = ",".join(kept.tasks) if kept else SETS[0]
        for name in SETS if kept else ():
            tasks = name if kept and kept.tasks == named_tasks(name) else tasks
        return [
            Line("tasks", "Tasks", tasks, "browsergym, all, or names with commas"),
            Line("seeds", "Seeds", str(kept.seeds if kept else 3), "how many"),
            Line("first", "First seed", str(kept.first_seed if kept else 1000)),
            Line("planner", "Planner", settings.planner, "instructions"),
            Line("grounder", "Grounder", settings.grounder, "elements"),
            Line("model", "Model", settings.model, "remote:NAME@URL, phi4:PATH; none: no model"),
            Line("profile", "Profile", settings.profile, "the model's family, by its name"),
            Line("steps", "Steps", str(settings.steps), "the most of an episode"),
            Line("seconds", "Seconds", f"{settings.seconds:g}", "the most of an episode"),
            Line("workers", "Workers", str(kept.workers if kept else 1), "processes at once"),
            Line("out", "Folder", str(settings.out) if kept else "", "bench/miniwob/PLANNER"),
        ]

    def read(self, given: Mapping[str, str]) -> Playing:
        if given["planner"] and given["model"]:
            raise UsageError("A planner or a model, not both.", "Leave one out.")
        who = given["model"] or given["planner"] or "instructions"
        settings = BenchSettings(
            out=Path(given["out"]).expanduser() if given["out"] else default_folder(who),
            model=given["model"],
            profile=given["profile"],
            planner=given["planner"],
            grounder=given["grounder"],
            steps=number(given, "steps", "Steps", 1),
            seconds=number(given, "seconds", "Seconds", 1),
        )
        wanted = Wanted(
            tasks=named_tasks(given["tasks"]),
            seeds=number(given, "seeds", "Seeds", 1),
            first_seed=number(given, "first", "First seed"),
            workers=number(given, "workers", "Workers", 1),
            settings=settings,
        )
        return miniwob(wanted)
