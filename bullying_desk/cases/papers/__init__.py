"""The papers of a case: blank sheets, the timeline, disclosures to third parties, a text without names.

Others import `timeline`, `disclosures` and `entry_words`.
"""
