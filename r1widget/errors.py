"""Every error r1widget raises on purpose.

    R1WidgetError
    ├── SettingsError            a value that can't be, or a setting that doesn't exist
    ├── ConversationError        an act that the conversation's state doesn't allow
    │   └── ReadOnlyError        what can't be replaced
    ├── ExportError              a file, a table or a picture that can't be made as asked
    ├── HistoryError             a conversation that can't be found or kept
    │   └── NewerJournal         a history of a newer r1widget
    ├── EvaluationError          questions that can't be read, or a folder that holds another evaluation
    ├── MissingLibrary           an optional library that isn't installed
    └── EngineError              a model that can't be loaded or can't answer
        ├── ModelNotFound
        ├── ModelGated
        ├── NoNetwork
        ├── NoChatTemplate
        ├── TokenizerBroken
        ├── WeightsCorrupt
        ├── NotEnoughMemory
        ├── NoSuchQuantization
        ├── PromptTooLong
        ├── CannotSteer          an act of steering that this engine can't carry out
        └── RemoteError

Each names the thing that is wrong and the remedy, in sentences a person can read in the widget: `str(error)` is
what the page shows. Nothing else in the package composes texts for exceptions of its own.
"""

from __future__ import annotations


class R1WidgetError(Exception):
    """Something is wrong (`what`), and this can be done about it (`remedy`)."""

    def __init__(self, what: str, remedy: str = "") -> None:
        super().__init__(what, remedy)
        self.what = what
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.what} {self.remedy}".strip()


class SettingsError(R1WidgetError, ValueError):
    """A setting has a value it can't have."""


class ConversationError(R1WidgetError):
    """The conversation is not in a state that allows this."""


class ReadOnlyError(ConversationError, AttributeError):
    """An attribute that isn't to be assigned."""


class ExportError(R1WidgetError):
    """The conversation can't be written, tabled or drawn as asked."""


class MissingLibrary(R1WidgetError, ImportError):
    """Something needs a library that isn't installed."""


class EvaluationError(R1WidgetError):
    """Questions can't be read, or a model can't be evaluated with them here."""


class HistoryError(R1WidgetError):
    """A conversation can't be found where it was kept, or can't be kept there."""


class NewerJournal(HistoryError):
    """A newer r1widget has written the history."""


class EngineError(R1WidgetError):
    """A model can't be loaded, or can't answer."""


class ModelNotFound(EngineError):
    """No model of that name, on the hub or on disk."""


class ModelGated(EngineError):
    """The model's owner asks for a login or an agreement first."""


class NoNetwork(EngineError):
    """The model isn't on this machine and the hub can't be reached."""


class NoChatTemplate(EngineError):
    """The tokenizer has no chat template, so a conversation can't be turned into a prompt."""


class TokenizerBroken(EngineError):
    """The tokenizer doesn't give back the text it was given."""


class WeightsCorrupt(EngineError):
    """A weights file is damaged or only half downloaded."""


class NotEnoughMemory(EngineError):
    """The model needs more memory than there is."""


class NoSuchQuantization(EngineError, ValueError):
    """A quantization this engine doesn't have."""


class PromptTooLong(EngineError):
    """The conversation doesn't fit the model's context."""


class CannotSteer(EngineError):
    """The engine can't carry out this act of steering."""


class RemoteError(EngineError):
    """A server refused, or answered something that isn't an answer."""
