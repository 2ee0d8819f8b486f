"""Who may read, sign in or act: rows that carry a tag under the pepper, and the one place that writes and checks it.

Whoever can only write to the database makes no row the program believes (docs/rights.md).
"""

from bullying_desk.rights import checking, writing  # they hook themselves into every session

__all__ = ["checking", "writing"]
