"""The week's roster of breaks and duties."""
