"""Coming back with the six words: the conversation, the question whether it has stopped, a new code.

Others import `letters`, `mailbox`, `asking` and `asking_words`.
"""
