"""Processes that grade what a model wrote; each can be ended at any time."""
