"""The contact point ("Anlaufstelle") of a city's schools.

Reports are sealed on arrival, trained people answer, and a programme of lessons teaches how to settle conflict.
"""

__version__ = "0.1.0"
