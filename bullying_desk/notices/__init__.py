"""Mails that say only that there is something new: written in the transaction of the act, sent by `tick`."""
