"""Any ChatModel behind an OpenAI-compatible server: other tools use the model that runs here.

Needs fastapi and uvicorn: importing this package without them raises ImportError.
"""

from handeye.grounding.serve.app import create_app
from handeye.grounding.serve.limits import Limits
from handeye.grounding.serve.server import listen, run

__all__ = ["Limits", "create_app", "listen", "run"]
