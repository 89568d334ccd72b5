"""A conversation as tables, of which any library makes its own.

columns   what there is, of which type, with what meaning
rows      dictionaries of plain values
frames    pandas, polars, pyarrow
"""

from .columns import TABLES, Column, Table
from .frames import to_frame
from .rows import rows

__all__ = ["TABLES", "Column", "Table", "rows", "to_frame"]
