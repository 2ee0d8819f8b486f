"""What is kept, for how long, and how it goes: one register of all tables, and marks of what was destroyed."""
