"""The inbox: cases in the order of need, the search, and one's own dates.

Others import `queue` and `row_words`.
"""
