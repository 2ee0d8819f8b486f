"""How a case ends: its outcome, closing, and how long the case is kept.

Others import `outcomes`, `closing`, `case_retention` and `case_words`.
"""
