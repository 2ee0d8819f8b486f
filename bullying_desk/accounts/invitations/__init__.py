"""How a person becomes a reader: invitation, joining, key comparison, second yes, and a lost account."""
