"""Reports that do not come through the form: paper slips, and what an adult writes down for a child."""
