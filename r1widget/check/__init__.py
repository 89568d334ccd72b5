"""What can be said of texts without a model: which answers agree."""
