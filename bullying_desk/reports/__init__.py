"""A pupil, a friend, a teacher or a parent writes: intake, routing, mailbox."""
