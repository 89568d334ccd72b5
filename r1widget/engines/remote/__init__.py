"""A model behind an OpenAI-compatible server: `RemoteEngine`, and `key_from`, which gets the server's key.

    key           `Secret`: a key that shows itself nowhere
    server        `Server`: address, key and patience; the client that speaks to it
    background    a coroutine on a thread of its own, which can be stopped in the middle of a silence
    event_stream  the bytes of a response become JSON values
    asking        one question and its streamed reply; tries again before the first token, never after
    refusals      what a server or a network can say instead of an answer, as sentences
    leaks         what servers leave in a text that the model did not say
    fields        what one chunk says: texts and thoughts under every name, and what can't be shown
    finish        why a reply ended, in every server's words
    reply         the reply's chunks become deltas
    engine        `RemoteEngine`

HTTP, event streams and typed errors are the `openai` package's, which is imported with the first question.
"""

from .engine import RemoteEngine
from .key import Secret, key_from
from .server import refusal_of

__all__ = ["RemoteEngine", "Secret", "key_from", "refusal_of"]
