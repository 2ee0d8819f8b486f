"""What a contact person does after a report has arrived.

The ground of the rooms: the case and its keys, its list, its dates, its notes and file entries.
"""
