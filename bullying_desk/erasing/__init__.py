"""What is kept, for how long, and how it is destroyed: one register of all tables, and tombstones."""
