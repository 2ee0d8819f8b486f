"""The trail as the data protection officer reads it, in German."""
