"""The screen, grounding, runs and replays as tools of the Model Context Protocol.

Needs the package mcp: importing this package without it raises ImportError.
"""

from handeye.mcp.http import serve_http
from handeye.mcp.server import Settings, make_server

__all__ = ["Settings", "make_server", "serve_http"]
