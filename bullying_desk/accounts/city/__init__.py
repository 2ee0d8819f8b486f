"""What the city coordinator's pages show and do."""
