"""Staff: people, invitations, sign-in, second factor, vault, key words."""
