"""How long the city keeps what: its periods, what is due, what goes, and the officer's register of requests."""
