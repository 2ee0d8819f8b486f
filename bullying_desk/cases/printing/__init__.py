"""What leaves a case on paper or as a file: blackened by default, with a reason, and read by a person first."""
