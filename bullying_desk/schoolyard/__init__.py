"""The contact point on the schoolyard: roster, box with paper slips, prints."""
