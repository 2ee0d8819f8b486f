"""The tools behind `dev.py`: all that a newcomer needs to run and check the program. Standard library only."""
