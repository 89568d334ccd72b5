"""Conversations that outlive their kernel: an SQLite file in Jupyter's data folder. Knows values, and no chat or model.

place, schema, alive   where it is, what it is made of, whether who writes into it still lives
book, store, writer    what isn't written yet, the file, the one thread that writes
trouble                what can be wrong with it
reading, history       what is in it, for the command line and for Python
"""
