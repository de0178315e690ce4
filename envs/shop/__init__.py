"""Paperclip: a small web shop to practise on, with its state on the server.

Prevents: judging a run by what the page shows. A `ShopTask` asks the server what really happened.
"""

from handeye.envs.shop.server import Shop, serve
from handeye.envs.shop.state import ShopState
from handeye.envs.shop.tasks import DEMO, TASKS, ShopTask

__all__ = ["DEMO", "TASKS", "Shop", "ShopState", "ShopTask", "serve"]
