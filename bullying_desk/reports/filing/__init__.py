"""A report comes in: the form, the seal, the receipt's cookie.

Others import `intake` and `receipt_cookie`.
"""
