"""The C sources of what is worth C on a CPU, and their compiler. Others call them: `weights.linears.native`, `model.kernels`."""
