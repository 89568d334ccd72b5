"""A chat in a terminal: the command line, and what prints a turn."""
