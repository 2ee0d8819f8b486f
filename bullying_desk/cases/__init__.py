"""Counsellors' work after a report has arrived."""
