"""How long the city keeps data: its periods, what is due, what is destroyed, and the officer's register of requests."""
