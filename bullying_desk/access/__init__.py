"""Who may do what: permissions, identities and the one table that joins them. Pure Python."""
