"""`Prospect`: what is known of a model before it is loaded, and what is true when it is. Values only: nothing is loaded, nothing is
fetched, and neither torch nor transformers is imported."""

from .looking import Prospect, load_key, prospect, ready

__all__ = ["Prospect", "load_key", "prospect", "ready"]
