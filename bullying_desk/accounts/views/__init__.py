"""The pages of staff accounts: sign-in, joining, one's own account, team, city, absences, duty."""
