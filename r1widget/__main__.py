"""`python -m r1widget`."""

from .cli import main

raise SystemExit(main())
