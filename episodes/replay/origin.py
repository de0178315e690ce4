"""Addresses of the recorded start's origin, for a replay that starts elsewhere.

Prevents: a replay on a test server that opens the recorded addresses of the real one.
"""

from urllib.parse import urlsplit, urlunsplit


def move_origin(url: str, old_start: str, new_start: str) -> str:
    """`url` with the scheme, host and port of `new_start`, if it has those of `old_start`."""
    parts, old, new = urlsplit(url), urlsplit(old_start), urlsplit(new_start)
    if not new.netloc or (parts.scheme, parts.netloc) != (old.scheme, old.netloc):
        return url
    return urlunsplit(parts._replace(scheme=new.scheme, netloc=new.netloc))
