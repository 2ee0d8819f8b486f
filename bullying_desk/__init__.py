"""The contact point ("Anlaufstelle") of a city's schools: reports go in sealed, trained people answer, a programme teaches."""

__version__ = "0.1.0"
