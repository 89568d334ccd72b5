"""Keys and values: of one sequence, in pages or in a tensor a layer; of many in slots; and those of prefixes that are kept."""
