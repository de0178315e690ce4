"""Asks what grounder to measure on what: the options of `handeye eval`."""

from collections.abc import Mapping
from pathlib import Path

from handeye.actions.errors import UsageError
from handeye.grounding.evaluate.datasets import EMBEDDED, SOURCES
from handeye.grounding.evaluate.measure import How, default_folder
from handeye.grounding.evaluate.settings import Settings
from handeye.tui.modals.form import Form, Line, number
from handeye.tui.playing import Asked, Playing, grounding


class MeasureGrounder(Form[Playing]):
    """Filled in with the settings of a run, where one is to go on."""

    heading = "Measure a grounder"

    def __init__(self, folder: Path | None = None, kept: Settings | None = None) -> None:
        super().__init__()
        self._folder, self._kept = folder, kept

    def lines(self) -> list[Line]:
        kept = self._kept
        grounder = kept.grounder if kept else "elements"
        profile = kept.profile.name if kept and kept.profile else ""
        return [
            Line("dataset", "Data set", kept.dataset if kept else EMBEDDED, ", ".join(SOURCES)),
            Line("data", "Its folder", "", "from the hub, or what comes with handeye"),
            Line("grounder", "Grounder", grounder, "elements, remote:NAME@URL, phi4:PATH"),
            Line("profile", "Profile", profile, "the model's family, by its name"),
            Line("zoom", "Look twice", "yes" if kept and kept.zoom else "no", "yes or no"),
            Line("resolution", "Resolution", kept.resolution if kept else "", "for phi4"),
            Line("limit", "Only first", str(kept.limit or "") if kept else "", "all items"),
            Line("concurrency", "At once", "1", "questions to a remote model"),
            Line("batch", "Batch", "1", "questions that phi4 answers together"),
            Line(
                "out",
                "Folder",
                str(self._folder) if self._folder else "",
                "evaluations/DATA-GROUNDER",
            ),
        ]

    def read(self, given: Mapping[str, str]) -> Playing:
        name = given["dataset"]
        if name not in SOURCES:
            raise UsageError(f"No such data set: {name}.", f"One of {', '.join(SOURCES)}.")
        if given["zoom"].casefold() not in ("yes", "no", "y", "n", ""):
            raise UsageError("Look twice: yes or no.")
        grounder = given["grounder"] or "elements"
        zoom = given["zoom"].casefold().startswith("y")
        how = How(number(given, "concurrency", "At once", 1), number(given, "batch", "Batch", 1))
        how.check(grounder, zoom=zoom)
        folder = default_folder(name, grounder, zoom=zoom, resolution=given["resolution"])
        return grounding(
            Asked(
                dataset=name,
                folder=Path(given["out"]).expanduser() if given["out"] else folder,
                data=Path(given["data"]).expanduser() if given["data"] else None,
                grounder=grounder,
                profile=given["profile"],
                zoom=zoom,
                resolution=given["resolution"],
                limit=number(given, "limit", "Only first", 1) if given["limit"] else None,
                how=how,
            )
        )
