"""The icon sets to learn from: fixed versions from the npm registry, checked by their hash.

Prevents: training on something else than what the model card says, and on the sets that the
evaluation keeps apart (octicons, heroicons, ionicons, carbon, feather, eva-icons, boxicons,
iconoir, ant-design icons).
"""

import base64
import hashlib
import io
import tarfile
import urllib.request
from pathlib import Path
from typing import NamedTuple

REGISTRY = "https://registry.npmjs.org"
_SECONDS = 120


class Package(NamedTuple):
    """One version of an npm package."""

    name: str
    version: str
    sha512: str  # base64, as npm writes it
    licence: str
    title: str = ""

    @property
    def path(self) -> str:
        base = self.name.rpartition("/")[2]
        return f"{self.name}/-/{base}-{self.version}.tgz"


ICONS = (
    Package(
        "lucide-static",
        "1.62.0",
        "WBZA/m2PvkFpMGHDtsBck5P2A9G4ehLlYu4GwwICcmEm1BvYVgj00lCDxKRWLlbMlOibLaiwdQ88G5pHkSWgwA==",
        "ISC",
        "Lucide",
    ),
    Package(
        "@mdi/svg",
        "7.4.47",
        "WQ2gDll12T9WD34fdRFgQVgO8bag3gavrAgJ0frN4phlwdJARpE6gO1YvLEMJR0KKgoc+/Ea/A0Pp11I00xBvw==",
        "Apache-2.0",
        "Material Design Icons (Pictogrammers)",
    ),
    Package(
        "@tabler/icons",
        "3.52.0",
        "dldKlJNfO/gZnGLcIY0X2EFFKIMGwL/rEvTqglvBgAPFiwj9pZOCN5V3Sf0Gyjq6foX4VQmLdOmsS4w5FdWKAw==",
        "MIT",
        "Tabler Icons",
    ),
    Package(
        "remixicon",
        "4.8.0",
        "8qTM/bWkmsAWitvcL9XrVPVdqHRrdmnNp4zCFBdmIHBygxfHWwoK6NzitbiMyRzjcXKBMlS/ab5M65/ZlxJTVA==",
        "Apache-2.0",  # up to this version; later ones have a licence of their own
        "Remix Icon",
    ),
    Package(
        "@fortawesome/fontawesome-free",
        "7.3.1",
        "wmglKKPDIkgV3aWlZzWECCPoGIkYCulzBwxG9+w7rc5BGapZ6cPMpoPOT8k36J0Ni7PPX6c/rsoMWfS4d1MUMg==",
        "CC-BY-4.0 (icons)",
        "Font Awesome Free",
    ),
    Package(
        "bootstrap-icons",
        "1.13.2",
        "fAU1Ly3dH7hwRg+CB8EZ0Vl0fF80zgXHeUVJyfUOKzoURr+TbwISbCW5tKUoQLERaWYG2emTCybcPbD96hdD1A==",
        "MIT",
        "Bootstrap Icons",
    ),
    Package(
        "@material-design-icons/svg",
        "0.14.15",
        "6nbjwGwyJnphwQUscJAYqw1Tk6+W8KvsgOAeyVgzIFXVsHfgX5XyplTUcZ29wbcTUysMMyCUi1LYpmFKA/e61g==",
        "Apache-2.0",
        "Material Icons (Google)",
    ),
    Package(
        "@phosphor-icons/core",
        "2.1.1",
        "v4ARvrip4qBCImOE5rmPUylOEK4iiED9ZyKjcvzuezqMaiRASCHKcRIuvvxL/twvLpkfnEODCOJp5dM4eZilxQ==",
        "MIT",
        "Phosphor Icons",
    ),
)
# Never trained on: what the figures of the model card are measured with.
APART = Package(
    "teenyicons",
    "0.4.1",
    "cr3CJy0ai7CbED2Ao9DgEevz9HPB2D/PaNewPuSlHIyRTQyxgEpFl0DzpjtcL4ygeIrRBZzW2aDXxm5TZEPetg==",
    "MIT",
    "Teenyicons",
)
# Letters, for pictures of what is no icon.
FONTS = (
    Package(
        "@fontsource/inter",
        "5.3.0",
        "RofMylZmjlJEfELXeNHFWBRcSs75rGU/6bV2S2jfnvv/3rPXPGe0LgUJTklcHZ9lM4OZmAVFhcJPnACfb91A3g==",
        "OFL-1.1",
    ),
    Package(
        "@fontsource/roboto",
        "5.3.0",
        "BapRJOWYP+LZ21zp+wBQjfpPYKRoxc4LspJ/RLuI+HSMBD5u/X4O+ESDrSvEqDSy0rAl7GwBJ+09mdc16cVQ1Q==",
        "OFL-1.1",
    ),
    Package(
        "@fontsource/noto-serif",
        "5.3.0",
        "ZrMzjuQlBIcw+qma1slZQdU3YDJvrjLG+9CWU1bxSf3YTkucwqd3EYa/Kfo4Ts19w8IMTGAmtOE3d6wWlgnBtA==",
        "OFL-1.1",
    ),
)


class Sources(NamedTuple):
    """What a training learns from, what it is measured with, and where both come from."""

    icons: tuple[Package, ...] = ICONS
    apart: tuple[Package, ...] = (APART,)
    fonts: tuple[Package, ...] = FONTS
    registry: str = REGISTRY
    cache: Path = Path.home() / ".cache" / "handeye" / "icons"

    def files(self, package: Package) -> dict[str, bytes]:
        return files(package, self.cache, self.registry)


def files(package: Package, cache: Path, registry: str = REGISTRY) -> dict[str, bytes]:
    """The files of the package by their paths, downloaded once. Raises ValueError, OSError."""
    url = f"{registry}/{package.path}"
    stored = cache / f"{package.name.replace('/', '+')}-{package.version}.tgz"
    if stored.is_file():
        data = stored.read_bytes()
    else:
        with urllib.request.urlopen(url, timeout=_SECONDS) as answer:
            data = answer.read()
    found = base64.b64encode(hashlib.sha512(data).digest()).decode()
    if found != package.sha512:
        stored.unlink(missing_ok=True)
        raise ValueError(f"{url} is not what it was: sha512 {found}")
    if not stored.is_file():
        cache.mkdir(parents=True, exist_ok=True)
        stored.write_bytes(data)
    held = {}
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:gz") as archive:
        for member in archive:
            opened = archive.extractfile(member) if member.isfile() else None
            if opened is not None:
                held[member.name.partition("/")[2]] = opened.read()
    return held
