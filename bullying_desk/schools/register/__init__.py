"""The city's register of schools: the official file, its import, joining and pausing."""
