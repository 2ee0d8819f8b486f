"""How a report is kept secret: the keys, the seals and the receipts of the contact point.

What a child writes is sealed to the people named on the form and to nobody else. The rest of the program calls the
modules in here and never touches a cipher itself; only `unseal` opens what was sealed. The page to read first is the
design's "Sealing"; SECURITY.md says in plain words what it protects against and what not.

What the design left open and this package settled:

- Locator and session id are 16 bytes, every other derived value 32; an epoch's number starts at 1, because it is one
  of a row's ids under the pepper and 0 is no id.
- `grant/own` names report or case as its first field, so that ids of the two kinds never meet. `session` binds the
  session's id, its holder (a person or the reporter) and the key id.
- The id whose eight bytes spell "reporter" is refused: that person's context would equal the reporter's.
- Four labels beyond the design's table: `pepper/erased` (marks of what was destroyed), `pepper/check` (the eight check
  digits), `printed/recovery` and `printed/pepper` (the two check letters of a code on paper; 1 slip in 1,024 passes
  them and fails at the vault).
- A vault or session is opened only if the seed inside gives the key id on record: the cipher does not commit to its
  key, the key id does. Grants are opened only against their commitment, there is no way round it.
- Padding must have exactly the length of its step; a longer run of zeros is refused like a foreign sign.
- Letters after the fourth of a receipt's word are not looked at: the first four tell the words apart.
"""
