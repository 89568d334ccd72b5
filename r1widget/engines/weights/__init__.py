"""A model's files: where they are, whether they fit, and how its linear layers are held."""
