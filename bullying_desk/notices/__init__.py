"""Mails that say only that there is something new: an outbox in the same transaction, sent by `tick`."""
