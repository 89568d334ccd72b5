"""How a checkpoint's weights lose little at four bits: which layout each gets (`mix`), and what matters in them (`calibration`)."""
