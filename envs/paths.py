"""Paths that others wrote: a model's, a page's, an address's.

Prevents: a run that ends because what a model calls a file can be none, as with a null in it.
"""

import os
from pathlib import Path


def real_path(text: str | Path) -> Path | None:
    """Where a path leads, links followed and ~ filled in; None for what can be no path."""
    try:
        return Path(os.path.realpath(os.path.expanduser(text)))
    except (ValueError, OSError):
        return None
