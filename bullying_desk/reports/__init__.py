"""A pupil, a friend, a parent or a teacher writes; a report is sealed, kept and read again.

The ground of the rooms: tables, opening, locks, promised dates, notices to readers, erasure.
"""
