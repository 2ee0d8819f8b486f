"""The programme: lessons on settling conflict without violence, ready to teach tomorrow.

A lesson is a folder with plain text that a teacher can write; everything else (page, PDF, Word file, description
for search engines) is made from it ahead of time by `bullying-desk lessons build`.
"""
