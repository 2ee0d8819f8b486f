"""Who reads a case: asking a colleague, linking reports, handing over, newcomers, a child's own access.

Others import `sharing`, `linking`, `handover`, `newcomers`, `regrants`, `read_along` and `child_access`.
"""
