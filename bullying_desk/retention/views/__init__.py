"""The city's page of periods, and the pages of the data protection officer."""
