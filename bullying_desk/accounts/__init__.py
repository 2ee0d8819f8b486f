"""Staff: people, invitations, sign-in, second factor, absences, duty and the trail's pages."""
