"""From logits to replies: sampling, guessing ahead, and the one thread that writes for all chats."""
