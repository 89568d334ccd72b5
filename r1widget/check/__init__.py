"""What can be said of texts without a model: which answers agree, and what of one the others have, too."""
