"""The forward pass: of Qwen2, Qwen3 and Llama on CPU and GPU, and of any other model through transformers."""
