"""One try to prove who one is: at the door, and again before an act that changes who has the account."""

from __future__ import annotations

from bullying_desk.accounts.models import Person
from bullying_desk.accounts.sign_in import owner_mails, refusals, second_factor, signing_in, slowing
from bullying_desk.audit.events import Event
from bullying_desk.audit.trail import record
from bullying_desk.sealing.format.errors import SlowHashBusy
from bullying_desk.sealing.keys import PersonKey
from bullying_desk.sealing.passwords import PasswordKeys
from bullying_desk.web.request import clock, db, end_before_slow_work, keys, limiter, services, settings


def prove(email: str, password: str, code: str) -> tuple[Person, PersonKey] | None:
    """Check password and one-time code; return the person and their key, or None without saying which was wrong.

    Ends the request's transaction for the slow hash. Raises TooMany, SlowHashBusy.
    """
    found = prove_password(email, password)
    if found is None:
        return None
    person, stretched = found
    if not use_code(person, code):
        return None
    slowing.give_back(email)
    return person, signing_in.open_key(keys().pepper_layer, person, stretched, clock().now())


def prove_password(email: str, password: str) -> tuple[Person, PasswordKeys] | None:
    """Check the password alone; the caller gives the try back once all of it was right. Raises as `prove`."""
    slowing.take(email)
    candidate = signing_in.find_candidate(db(), email)
    end_before_slow_work()
    try:
        stretched = signing_in.stretch(candidate, password, services().gate, limiter().network())
    except SlowHashBusy:
        slowing.give_back(email)  # nothing was tried
        raise
    person = signing_in.person_with(db(), keys().pepper_layer, candidate, stretched)
    if person is None or stretched is None:
        end_before_slow_work()
        refusals.enter(services().database, candidate.person_id if candidate is not None else None, clock().now())
        return None
    return person, stretched


def use_code(person: Person, code: str) -> bool:
    """Take a one-time code after the right password; a wrong one is on record, and the fifth is told to the owner.

    Raises TooMany.
    """
    me = person.id
    slowing.take_code(me)
    if second_factor.use_code(db(), keys().pepper_layer, person, code, clock().now()):
        slowing.give_back_code(me)
        return True
    end_before_slow_work()
    with services().database.transaction() as session:
        record(session, Event.CODE_REFUSED, clock().now(), subject=me)
        if slowing.wrong_codes(me) == slowing.TOLD_AT:
            owner = session.get_one(Person, me)
            owner_mails.tell(session, settings(), owner, owner_mails.WRONG_CODES, clock().now())
    return False
