"""GGUF, llama.cpp's format: a model in one file (or a few parts), its configuration, tokenizer, template and weights in it.

Nothing is converted on the disk. `header` says what is in a file, and reads nothing else.
"""
