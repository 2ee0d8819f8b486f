"""Who reads a report: who could, who was chosen, what the child reads about it, and the grants that follow.

Others import `candidates`, `routing`, `readership`, `granting`, `explaining` and `options`.
"""
