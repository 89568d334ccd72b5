"""A chat in a notebook: its widget, the page behind it, the magics, and the text that stays in the file."""
