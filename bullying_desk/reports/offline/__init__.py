"""Reports that do not come through the form: paper slips, and records that an adult makes for a child."""
