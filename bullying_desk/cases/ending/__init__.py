"""How a case ends: what came of it, closing, and how long the case is kept.

Others import `outcomes`, `closing`, `case_retention` and `case_words`.
"""
