"""The page of one case: the opened report, its conversation, the answer and the reporter's name.

Only views import it.
"""
