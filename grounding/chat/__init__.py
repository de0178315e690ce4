"""Models that are talked to: messages, replies, profiles of families, and grounding by them."""

from handeye.grounding.chat.types import ChatModel, Heard, Message, Reply

__all__ = ["ChatModel", "Heard", "Message", "Reply"]
