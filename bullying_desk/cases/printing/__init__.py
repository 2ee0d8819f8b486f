"""What leaves a case on paper or as a file: blackened by default, with a reason, read by a person before it goes."""
