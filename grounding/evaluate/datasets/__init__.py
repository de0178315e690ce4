"""The data sets by name: their official layouts in a local folder, checked before they are used.

Importing this loads no reader. Prevents: a run of hours over files that are not what they should
be.
"""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from handeye.actions.errors import UsageError
from handeye.grounding.evaluate.items import Dataset, Found


class Source(NamedTuple):
    """A data set: what it is, its reader as "module:function", and how to get it.

    hub: its repository at huggingface.co, where it is there in its official layout.
    """

    about: str
    reader: str
    get: str
    hub: str = ""


_HERE = "handeye.grounding.evaluate.datasets"
_HUB = "hf download {} --repo-type dataset --local-dir DIR"
EMBEDDED = "embedded"
SOURCES = {
    EMBEDDED: Source(
        "Comes with handeye: 348 targets on 40 screens of web pages",
        f"{_HERE}.screenspot_pro:read",
        "pip install handeye",
    ),
    "screenspot-pro": Source(
        "ScreenSpot-Pro: 1,581 targets in professional software",
        f"{_HERE}.screenspot_pro:read",
        _HUB.format("likaixin/ScreenSpot-Pro"),
        hub="likaixin/ScreenSpot-Pro",
    ),
    "screenspot-v2": Source(
        "ScreenSpot-v2: 1,272 targets on phones, desktops and the web",
        f"{_HERE}.screenspot:read_v2",
        _HUB.format("OS-Copilot/ScreenSpot-v2") + " && unzip DIR/screenspotv2_image.zip -d DIR",
        hub="OS-Copilot/ScreenSpot-v2",
    ),
    "screenspot": Source(
        "ScreenSpot: the first version, with its wrong labels",
        f"{_HERE}.screenspot:read_v1",
        "see github.com/njucckevin/SeeClick",
    ),
    "osworld-g": Source(
        "OSWorld-G: 564 targets on an Ubuntu desktop, 54 of them not there",
        f"{_HERE}.osworld_g:read",
        "git clone https://github.com/xlang-ai/OSWorld-G DIR",
    ),
    "cuactspot": Source(
        "CUActSpot: one or several points, in polygons",
        f"{_HERE}.cuactspot:read",
        "git clone https://github.com/microsoft/Phi-Ground (benchmark/CUActSpot/data/ActSpot)",
    ),
    "vstar": Source(
        "V*Bench: 191 questions about details of photographs",
        f"{_HERE}.vstar:read",
        _HUB.format("craigwu/vstar_bench"),
        hub="craigwu/vstar_bench",
    ),
    "own": Source(
        "A folder of yours in the format of ScreenSpot-Pro",
        f"{_HERE}.screenspot_pro:read",
        "handeye eval own --make URL … --out DIR",
    ),
}


def find_dataset(name: str) -> Path:
    """The folder of a data set that nobody named one for: the embedded one, or from the hub.

    Raises UsageError for one that is not on the hub, and BackendError where it does not come.
    """
    if name == EMBEDDED:
        return Path(__file__).parents[1] / EMBEDDED
    source = SOURCES[name]
    if not source.hub:
        raise UsageError(
            f"Where is {name}?", f"Give its folder with --data. To get it: {source.get}"
        )
    from handeye.grounding.evaluate.datasets.hub import download

    return download(name, source.hub)


def load_dataset(name: str, folder: Path) -> Dataset:
    """The data set `name` of SOURCES in `folder`, every image read and checked.

    Raises UsageError where there is no such folder, or nothing of that layout in it.
    """
    from handeye.grounding.evaluate.checks import checked

    source = SOURCES[name]
    if not folder.is_dir():
        raise UsageError(f"{folder} is no folder.", f"To get {name}: {source.get}")
    module, _, function = source.reader.partition(":")
    read: Callable[[Path], Found] = getattr(import_module(module), function)
    return checked(name, folder, read(folder))
