"""`python -m r1widget`."""

from .shell.cli import main

raise SystemExit(main())
