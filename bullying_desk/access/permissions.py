"""Every act a staff member may be allowed, each with a sentence a lawyer can read."""

from __future__ import annotations

from enum import Enum


class Permission(Enum):
    """An act, and what it means. A permission opens a page; a grant (docs/sealing.md) opens a report."""

    USE_DESK = "Sign in and manage one's own account, sessions and colleagues' key words."
    READ_CASE = "Open cases for which one holds a grant, answer, note, take over. Without a grant nothing is found."
    MANAGE_TEAM = "Keep the team, places and hours of one's own school. Reads no report."
    MANAGE_CITY = "Invite people, see what schools lack, how the service runs, late answers in fives. Reads no report."
    MANAGE_SCHOOLS = "Import the register of schools; join, pause and resume schools."
    READ_TRAIL = "Read the audit trail, which holds no content of any report."
    KEEP_REQUESTS = "Keep the register of requests under Art. 15-21 GDPR, and see as counts and dates what goes when."
    EDIT_LESSONS = "See who has read each lesson and the counts of its feedback."
    READ_OWN_SCHOOL = "See one's own school's team and hours as the head of school. Reads no report, sees no counts."
