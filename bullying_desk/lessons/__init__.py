"""The programme: lessons on settling conflict without violence, ready to teach tomorrow.

A lesson is a folder with plain text that a teacher can write. `bullying-desk lessons build` makes everything else from
it ahead of time: page, PDF, Word file, description for search engines.
"""
