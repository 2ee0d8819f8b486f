"""Rights: rows that say who may read, sign in or act. Each carries a tag under the pepper, written and checked here.

The program believes no row that was made with access to the database alone (docs/rights.md).
"""

from bullying_desk.rights import checking, writing  # they register themselves with every session

__all__ = ["checking", "writing"]
