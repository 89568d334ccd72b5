"""What it costs a page, a server and a kernel to show a long thought while it is written. See __main__.py."""
