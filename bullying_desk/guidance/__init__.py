"""What everyone may read: start, help now, privacy, accessibility, imprint, and the way out."""
