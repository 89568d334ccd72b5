"""A conversation with a model: asked, written by its thread, stopped, steered. No widget, no notebook, no terminal."""

from .chat import Chat
from .listening import Listener

__all__ = ["Chat", "Listener"]
