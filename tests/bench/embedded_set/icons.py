"""Icons of npm packages by what they do: one table of functions, the file names of each set.

Half of the sets are among those that the default grounder's icon network was trained on, half are
never used for training, so that the two are scored apart.
"""

import re
from dataclasses import dataclass
from pathlib import Path

FUNCTIONS = {
    "Settings": "settings gear cog cog-6-tooth",
    "Search": "search magnify magnifying-glass",
    "Delete": "trash trash-2 trash-can delete trashcan",
    "Edit": "edit pencil edit-2 create edit-pencil pencil-simple",
    "Add": "plus add bx-plus",
    "Close": "x close x-mark xmark x-lg",
    "Download": "download arrow-down-tray",
    "Upload": "upload arrow-up-tray cloud-upload",
    "Share": "share share-2 share-android share-variant share-nodes share-social",
    "Favorite": "star",
    "Like": "heart",
    "Home": "home house",
    "Profile": "user person account",
    "Notifications": "bell notifications",
    "Calendar": "calendar",
    "Mail": "mail envelope",
    "Print": "printer print",
    "Copy": "copy content-copy document-duplicate files",
    "Link": "link insert-link",
    "Lock": "lock lock-closed lock-alt",
    "Show password": "eye show",
    "Filter": "filter funnel filter-list filter-variant",
    "Refresh": "refresh refresh-cw arrow-path sync arrow-clockwise arrows-clockwise",
    "Play": "play player-play",
    "Pause": "pause player-pause",
    "Volume": "volume-2 volume-high volume speaker-wave speaker-high volume-full sound-high unmute"
    " volume-up speaker-wave volume-high-outline",
    "Cart": "shopping-cart cart",
    "Camera": "camera device-camera",
    "Image": "image photo media-image",
    "Location": "map-pin location pin map-marker geo-alt map",
    "Call": "phone call telephone",
    "Information": "info info-circle information-circle information",
    "Help": "help-circle question question-mark-circle help question-circle",
    "Menu": "menu three-bars bars-3 list",
    "More": "more-horizontal more-horiz kebab-horizontal ellipsis-horizontal dots-horizontal dots"
    " three-dots dots-three ellipsis dots-horizontal-rounded",
    "Undo": "undo arrow-uturn-left arrow-counterclockwise arrow-back-up arrow-undo",
    "Redo": "redo arrow-uturn-right arrow-forward-up arrow-redo",
    "Attach": "paperclip attach attachment paper-clip",
    "Send": "send paper-plane paper-airplane paper-plane-tilt",
    "Folder": "folder file-directory",
    "History": "clock history time time-outline",
    "Bookmark": "bookmark",
    "Log out": "log-out logout sign-out arrow-right-on-rectangle box-arrow-right",
    "Dark mode": "moon",
    "Microphone": "mic microphone mic-off",
    "Chart": "bar-chart bar-chart-2 chart-bar chart-line graph stats-chart bar-chart-alt-2",
    "Save": "save device-floppy content-save floppy-disk floppy bookmark-square",
}
"""What an icon is asked for by, and the names that its file may have in a set."""


@dataclass(frozen=True)
class IconSet:
    """SVG files under `folder` of the npm package; `forms` make a file name of an icon's name."""

    package: str
    folder: str
    forms: tuple[str, ...]
    trained: bool

    @property
    def group(self) -> str:
        return f"icon ({'sets trained on' if self.trained else 'sets never trained on'})"

    def svg(self, modules: Path, function: str) -> str | None:
        """The picture for a function, sized by its surroundings; None where the set has none."""
        for name in FUNCTIONS[function].split():
            for form in self.forms:
                path = modules / self.package / self.folder / form.format(name)
                if path.is_file():
                    return _inline(path.read_text(encoding="utf-8"))
        return None


SETS = (
    IconSet("lucide-static", "icons", ("{}.svg",), True),
    IconSet("@primer/octicons", "build/svg", ("{}-24.svg", "{}-16.svg"), False),
    IconSet("@mdi/svg", "svg", ("{}.svg", "{}-outline.svg"), True),
    IconSet("heroicons", "24/outline", ("{}.svg",), False),
    IconSet("@tabler/icons", "icons/outline", ("{}.svg",), True),
    IconSet("ionicons", "dist/svg", ("{}-outline.svg", "{}.svg"), False),
    IconSet("bootstrap-icons", "icons", ("{}.svg",), True),
    IconSet("feather-icons", "dist/icons", ("{}.svg",), False),
    IconSet("@phosphor-icons/core", "assets/regular", ("{}.svg",), True),
    IconSet("boxicons", "svg/regular", ("bx-{}.svg",), False),
    IconSet("@material-design-icons/svg", "filled", ("{}.svg",), True),
    IconSet("iconoir", "icons/regular", ("{}.svg",), False),
)


def _inline(svg: str) -> str:
    """Without a size and a colour of its own, so that a page's style decides both."""
    head, _, rest = svg[svg.index("<svg") :].partition(">")
    head = re.sub(r'\s(width|height|class|id)="[^"]*"', "", head)
    if "stroke-width" not in head + rest and "stroke=" not in head + rest and "fill=" not in head:
        head += ' fill="currentColor"'
    rest = rest.replace("#000000", "currentColor").replace("#0F172A", "currentColor")
    return f'{head} class="glyph" aria-hidden="true">{rest}'
