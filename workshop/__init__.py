"""The workshop behind `dev.py`: everything a newcomer needs to run and check the program, standard library only."""
