"""The append-only trail: who did what, without a word of any report."""
