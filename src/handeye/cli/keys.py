"""Keys that clients of a server must send in a header.

Prevents: a server that starts with a key which no client can send.
"""

from handeye.actions.errors import UsageError


def check_key(key: str, name: str) -> None:
    """Raises UsageError for a key that no header can carry."""
    if not key.isascii() or not key.isprintable() or key != key.strip():
        raise UsageError(
            f"The {name} has letters, spaces or line ends that a header cannot carry.",
            "Use letters, digits and signs of ASCII.",
        )
