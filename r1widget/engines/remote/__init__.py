"""A model behind an OpenAI-compatible server: `RemoteEngine`, and `key_from`, which gets the server's key.

    key         `Secret`: a key that shows itself nowhere
    server      `Server`: address, key and patience; the client that speaks to it
    background  a coroutine on a thread of its own, which can be stopped in the middle of a silence
    asking      one question and its streamed reply; tries again before the first token, never after
    refusals    what a server or a network can say instead of an answer, as sentences
    leaks       what servers leave in a text that the model did not say
    reply       the reply's chunks, in every dialect, become deltas
    engine      `RemoteEngine`

HTTP, event streams and typed errors are the `openai` package's, which is imported with the first question.
"""

from .engine import RemoteEngine
from .key import Secret, key_from

__all__ = ["RemoteEngine", "Secret", "key_from"]
