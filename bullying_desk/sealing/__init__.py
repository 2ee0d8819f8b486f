"""How a report is kept secret: the keys, the seals and the receipts of the contact point.

What a child writes is sealed to the people named on the form and to nobody else. The rest of the program calls the
modules in here and never touches a cipher itself. Only `unseal` opens what was sealed.

`docs/sealing.md` is the specification: building blocks, keys, labels, sizes. SECURITY.md says what it protects against
and what not.

Some rules are stricter than the libraries ask for:

- The id whose eight bytes spell "reporter" is refused: that person's context would equal the reporter's.
- A vault or session opens only if the seed inside gives the key id on record: the cipher does not commit to its key,
  the key id does. A grant opens only against its commitment; there is no way round it.
- Padding has exactly the length of its step. A longer run of zeros is refused.
- Letters after the fourth of a receipt's word are not read: the first four tell the words apart.
- The two check letters of a printed code catch 1,023 of 1,024 slips of the pen. The vault catches the last one.
"""
