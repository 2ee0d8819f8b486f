"""Building a lesson: PDF, DOCX, ODT and HTML from one source."""
