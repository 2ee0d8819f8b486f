"""A school's prints: posters, cards, stickers, the week's roster, the text for its protection concept."""
