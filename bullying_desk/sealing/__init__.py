"""How a report is kept secret: the keys, the seals and the receipts of the contact point.

What a child writes is sealed to the people named on the form and to nobody else. The rest of the program calls the
modules in here and never touches a cipher itself; only `unseal` opens what was sealed. The page to read first is the
design's "Sealing"; SECURITY.md says in plain words what it protects against and what not.
"""
