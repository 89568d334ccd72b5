"""Keys and values: of one sequence, of many in slots, and those of prefixes that are kept."""
