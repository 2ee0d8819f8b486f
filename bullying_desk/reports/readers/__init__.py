"""Who reads a report: who could, who was chosen, what the child is told, and the grants that follow.

Others import `candidates`, `routing`, `readership`, `granting`, `explaining` and `options`.
"""
