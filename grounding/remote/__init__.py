"""Models behind any server that speaks the OpenAI chat API: vLLM, llama.cpp, Ollama, Azure, OpenAI.

    remote:NAME@URL       the model NAME of the server at URL ("remote:qwen2.5vl:7b@http://host:11434")
    remote:NAME           at OPENAI_BASE_URL, or without that at OpenAI's own address

Keys come from the environment only. Importing this package does not import the client library.
"""

from handeye.grounding.chat.backends import ModelOptions
from handeye.grounding.chat.grounder import ChatGrounder, chat_grounder
from handeye.grounding.remote.model import RemoteModel
from handeye.grounding.remote.server import find_server

__all__ = ["RemoteModel", "open_remote", "remote_grounder"]


def open_remote(address: str) -> RemoteModel:
    """The model at NAME@URL. Nothing is sent before the first question.

    Raises UsageError when the address or a variable of the environment cannot be read.
    """
    return RemoteModel(find_server(address))


def remote_grounder(address: str, *, profile: str = "") -> ChatGrounder:
    """The grounder that asks the model at NAME@URL. Raises UsageError like `open_remote`."""
    return chat_grounder(f"remote:{address}", ModelOptions(profile=profile))
