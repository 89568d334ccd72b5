"""Text to ids and back: tokenizer, prompt, decoding, and what is written into a thought that the model did not choose."""
