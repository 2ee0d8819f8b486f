"""The five doors: their questions and answers, in each door's own words, and the answers as one text."""
