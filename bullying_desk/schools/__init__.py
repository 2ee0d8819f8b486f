"""The register of schools, and for each school its team, places, office hours and free days."""
