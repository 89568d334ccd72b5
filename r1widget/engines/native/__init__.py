"""The C sources of what is worth C on a CPU, and how they become a library: in a wheel (`variants`) or here (`compiler`).

Others call it: `weights.linears.kernel`, `model.kernels`.
"""
