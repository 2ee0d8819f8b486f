"""The contact point on the schoolyard: who is there today, and everything that hangs, sticks or is handed out."""
