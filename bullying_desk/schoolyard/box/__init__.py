"""The box on the wall: its slips, and talks that an adult writes down."""
