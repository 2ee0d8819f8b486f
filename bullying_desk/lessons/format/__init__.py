"""The format of a lesson: its head, its text as blocks, and how a folder is read."""
