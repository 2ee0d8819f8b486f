"""Plumbing of the web that knows no domain: guard, sessions, headers, errors, language, fields."""
