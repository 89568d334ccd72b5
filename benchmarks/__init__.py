"""What things cost, as ratios in one run. Nothing of it goes into anybody's history; journal.py has one of its own."""

import os

os.environ.setdefault("R1WIDGET_HISTORY", "off")
