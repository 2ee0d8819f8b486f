"""The first tables

Revision: 0001, the first.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# The trail refuses changes from its first day on (the same words as in audit/models.py on that day).
TABLES = ("audit_entry", "audit_link")
SQLITE_GUARDS = tuple(
    f"CREATE TRIGGER {table}_no_{word.lower()} BEFORE {word} ON {table} "
    "BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END"
    for table in TABLES
    for word in ("UPDATE", "DELETE")
)
POSTGRES_GUARDS = (
    "CREATE FUNCTION audit_entry_guard() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'the trail is append-only'; END $$",
    *(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_guard()"
        for table in TABLES
    ),
)


def upgrade() -> None:
    """Go one step up."""
    op.create_table(
        "audit_entry",
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("event", sa.String(length=60), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=True),
        sa.Column("subject_id", sa.BigInteger(), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.create_index("ix_audit_entry_at", ["at"], unique=False)
        batch_op.create_index("ix_audit_entry_subject", ["subject_id"], unique=False)

    op.create_table(
        "audit_link",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("pepper_id", sa.SmallInteger(), nullable=False),
        sa.Column("mac", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_link")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_audit_link_entry_id")),
    )
    op.create_table(
        "lesson_feedback",
        sa.Column("lesson_id", sa.String(length=60), nullable=False),
        sa.Column("worked", sa.String(length=10), nullable=False),
        sa.Column("pace", sa.String(length=10), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("lesson_id", "worked", "pace", name=op.f("pk_lesson_feedback")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "outbox_mail",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure", sa.String(length=80), nullable=False),
        sa.Column("sent", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_mail")),
    )
    with op.batch_alter_table("outbox_mail", schema=None) as batch_op:
        batch_op.create_index("ix_outbox_mail_due", ["sent", "not_before"], unique=False)
        batch_op.create_index("uq_outbox_mail_news", ["person_id", "kind", "not_before", "sent"], unique=True)

    op.create_table(
        "person",
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("invited", "accepted", "active", "left", name="personstate", native_enum=False, length=16),
            nullable=False,
        ),
        sa.Column("invited_by", sa.BigInteger(), nullable=True),
        sa.Column("compared_by", sa.BigInteger(), nullable=True),
        sa.Column("compared_on", sa.Date(), nullable=True),
        sa.Column("public_half", sa.LargeBinary(), nullable=True),
        sa.Column("key_id", sa.LargeBinary(length=16), nullable=True),
        sa.Column("directory_tag", sa.LargeBinary(), nullable=True),
        sa.Column("password_header", sa.LargeBinary(), nullable=True),
        sa.Column("verifier", sa.LargeBinary(), nullable=True),
        sa.Column("password_vault", sa.LargeBinary(), nullable=True),
        sa.Column("recovery_vault", sa.LargeBinary(), nullable=True),
        sa.Column("totp_secret", sa.LargeBinary(), nullable=True),
        sa.Column("totp_last_step", sa.BigInteger(), nullable=False),
        sa.Column("last_sign_in_month", sa.Date(), nullable=True),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["compared_by"], ["person.id"], name=op.f("fk_person_compared_by_person")),
        sa.ForeignKeyConstraint(["invited_by"], ["person.id"], name=op.f("fk_person_invited_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("email", name=op.f("uq_person_email")),
    )
    op.create_table(
        "record",
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("side", sa.String(length=10), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record")),
        sa.UniqueConstraint(
            "owner_id",
            "kind",
            "side",
            "sequence",
            "revision",
            name=op.f("uq_record_owner_id_kind_side_sequence_revision"),
        ),
    )
    op.create_table(
        "school",
        sa.Column("number", sa.String(length=12), nullable=False),
        sa.Column("key", sa.String(length=4), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_addition", sa.Text(), nullable=False),
        sa.Column("short_name", sa.Text(), nullable=False),
        sa.Column("form", sa.String(length=4), nullable=False),
        sa.Column("street", sa.Text(), nullable=False),
        sa.Column("postcode", sa.String(length=8), nullable=False),
        sa.Column("town", sa.Text(), nullable=False),
        sa.Column("municipality", sa.String(length=8), nullable=False),
        sa.Column("authority_number", sa.String(length=12), nullable=False),
        sa.Column("private", sa.Boolean(), nullable=False),
        sa.Column("operating_code", sa.String(length=4), nullable=False),
        sa.Column("operating_since", sa.Date(), nullable=True),
        sa.Column(
            "state",
            sa.Enum("known", "joined", "paused", "closed", name="schoolstate", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("joined_on", sa.Date(), nullable=True),
        sa.Column("joined_signatory", sa.Text(), nullable=True),
        sa.Column("paused_reason", sa.Text(), nullable=True),
        sa.Column("exit_target", sa.Text(), nullable=True),
        sa.Column("register_state_of", sa.Date(), nullable=True),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.CheckConstraint(
            "state NOT IN ('joined', 'paused') OR joined_on IS NOT NULL", name=op.f("ck_school_joined_has_a_date")
        ),
        sa.CheckConstraint("length(key) = 4", name=op.f("ck_school_key_has_four_characters")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_school")),
        sa.UniqueConstraint("key", name=op.f("uq_school_key")),
        sa.UniqueConstraint("number", name=op.f("uq_school_number")),
    )
    with op.batch_alter_table("school", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_school_municipality"), ["municipality"], unique=False)

    op.create_table(
        "case_file",
        sa.Column("school_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "status",
            sa.Enum("new", "running", "dormant", "closed", name="casestatus", native_enum=False, length=16),
            nullable=False,
        ),
        sa.Column("danger", sa.Boolean(), nullable=False),
        sa.Column(
            "urgency",
            sa.Enum("none", "niedrig", "mittel", "hoch", "akut", name="urgency", native_enum=False, length=16),
            nullable=False,
        ),
        sa.Column("owner_id", sa.BigInteger(), nullable=True),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("opened_hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("closed_hour", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=40), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_case_file_owner_id_person")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_case_file_school_id_school")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_file")),
    )
    with op.batch_alter_table("case_file", schema=None) as batch_op:
        batch_op.create_index("ix_case_file_closed", ["status", "closed_hour"], unique=False)
        batch_op.create_index(batch_op.f("ix_case_file_owner_id"), ["owner_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_case_file_school_id"), ["school_id"], unique=False)
        batch_op.create_index("ix_case_file_state", ["status", "danger"], unique=False)

    op.create_table(
        "free_day",
        sa.Column("school_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("half", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_free_day_school_id_school")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_free_day")),
    )
    with op.batch_alter_table("free_day", schema=None) as batch_op:
        batch_op.create_index("uq_free_day_school_id_day", ["school_id", "day"], unique=True)

    op.create_table(
        "held_post",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_held_post_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_held_post")),
    )
    with op.batch_alter_table("held_post", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_held_post_person_id"), ["person_id"], unique=False)

    op.create_table(
        "invitation",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "kind", sa.Enum("mail", "letter", name="invitationkind", native_enum=False, length=16), nullable=False
        ),
        sa.Column("secret_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_invitation_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_invitation_secret_hash")),
    )
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_invitation_person_id"), ["person_id"], unique=False)

    op.create_table(
        "seat",
        sa.Column("school_id", sa.BigInteger(), nullable=True),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "contact_person",
                "school_coordinator",
                "school_head",
                "city_team",
                "city_coordinator",
                "data_protection_officer",
                "lesson_editor",
                name="role",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "function",
            sa.Enum(
                "counselling_teacher",
                "school_social_worker",
                "trusted_teacher",
                name="contactfunction",
                native_enum=False,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("shown_name", sa.Text(), nullable=False),
        sa.Column("shown_function", sa.Text(), nullable=False),
        sa.Column("languages", sa.Text(), nullable=False),
        sa.Column("days_present", sa.String(length=20), nullable=False),
        sa.Column("employer", sa.Text(), nullable=False),
        sa.Column("public_since", sa.Date(), nullable=True),
        sa.Column("on_duty", sa.Boolean(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("invited", "active", "ended", name="seatstate", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.CheckConstraint(
            "(role IN ('contact_person', 'school_coordinator', 'school_head')) = (school_id IS NOT NULL)",
            name=op.f("ck_seat_school_roles_have_a_school"),
        ),
        sa.CheckConstraint("(state = 'ended') = (ended_on IS NOT NULL)", name=op.f("ck_seat_ended_has_a_date")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_seat_person_id_person")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_seat_school_id_school")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat")),
    )
    with op.batch_alter_table("seat", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_seat_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_seat_school_id"), ["school_id"], unique=False)
        batch_op.create_index(
            "uq_seat_living",
            ["person_id", "school_id", "role"],
            unique=True,
            sqlite_where=sa.text("state <> 'ended'"),
            postgresql_where=sa.text("state <> 'ended'"),
        )

    op.create_table(
        "absence",
        sa.Column("school_id", sa.BigInteger(), nullable=False),
        sa.Column("seat_id", sa.BigInteger(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.CheckConstraint("first_day <= last_day", name=op.f("ck_absence_first_day_before_last_day")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_absence_school_id_school")),
        sa.ForeignKeyConstraint(["seat_id"], ["seat.id"], name=op.f("fk_absence_seat_id_seat")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
    )
    with op.batch_alter_table("absence", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_absence_school_id"), ["school_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_absence_seat_id"), ["seat_id"], unique=False)

    op.create_table(
        "case_epoch",
        sa.Column("case_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("epoch", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("commitment", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_case_epoch_case_id_case_file"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("case_id", "epoch", name=op.f("pk_case_epoch")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "case_grant",
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("key_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column(
            "state",
            sa.Enum("open", "standby", "ended", name="grantstate", native_enum=False, length=16),
            nullable=False,
        ),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("own", sa.LargeBinary(), nullable=True),
        sa.Column("since_hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_hour", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_case_grant_case_id_case_file"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_case_grant_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_grant")),
        sa.UniqueConstraint("case_id", "epoch", "person_id", name=op.f("uq_case_grant_case_id_epoch_person_id")),
    )
    with op.batch_alter_table("case_grant", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_grant_case_id"), ["case_id"], unique=False)
        batch_op.create_index("ix_case_grant_person", ["person_id", "state"], unique=False)

    op.create_table(
        "place",
        sa.Column("school_id", sa.BigInteger(), nullable=False),
        sa.Column("seat_id", sa.BigInteger(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_place_school_id_school")),
        sa.ForeignKeyConstraint(["seat_id"], ["seat.id"], name=op.f("fk_place_seat_id_seat")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place")),
    )
    with op.batch_alter_table("place", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_place_school_id"), ["school_id"], unique=False)

    op.create_table(
        "private_note",
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("key_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_private_note_case_id_case_file"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_private_note_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_private_note")),
    )
    with op.batch_alter_table("private_note", schema=None) as batch_op:
        batch_op.create_index("ix_private_note_case_id_person_id", ["case_id", "person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_private_note_person_id"), ["person_id"], unique=False)

    op.create_table(
        "report",
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("school_id", sa.BigInteger(), nullable=False),
        sa.Column("arrived_hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("danger", sa.Boolean(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("locator", sa.LargeBinary(), nullable=False),
        sa.Column("receipt_public_half", sa.LargeBinary(), nullable=False),
        sa.Column("receipt_kept", sa.Boolean(), nullable=False),
        sa.Column("answer_due", sa.Date(), nullable=False),
        sa.Column(
            "last_writer", sa.Enum("reporter", "staff", name="writer", native_enum=False, length=16), nullable=False
        ),
        sa.Column("last_hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("letters", sa.Integer(), nullable=False),
        sa.Column(
            "reporter_state",
            sa.Enum("open", "better", "finished", "erasing", name="reporterstate", native_enum=False, length=16),
            nullable=False,
        ),
        sa.Column("erase_on", sa.Date(), nullable=True),
        sa.Column("kept_for_team", sa.Boolean(), nullable=False),
        sa.Column("hold_until", sa.Date(), nullable=True),
        sa.Column("reporter_read", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_report_case_id_case_file")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_report_school_id_school")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
        sa.UniqueConstraint("locator", name=op.f("uq_report_locator")),
    )
    with op.batch_alter_table("report", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_report_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_report_school_id"), ["school_id"], unique=False)
        batch_op.create_index("ix_report_waiting", ["last_writer", "reporter_state"], unique=False)

    op.create_table(
        "office_hour",
        sa.Column("school_id", sa.BigInteger(), nullable=False),
        sa.Column("seat_id", sa.BigInteger(), nullable=True),
        sa.Column("place_id", sa.BigInteger(), nullable=True),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("starts", sa.Time(), nullable=False),
        sa.Column("ends", sa.Time(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.CheckConstraint("starts < ends", name=op.f("ck_office_hour_starts_before_it_ends")),
        sa.CheckConstraint("weekday BETWEEN 0 AND 4", name=op.f("ck_office_hour_weekday_is_in_the_school_week")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_office_hour_place_id_place")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_office_hour_school_id_school")),
        sa.ForeignKeyConstraint(["seat_id"], ["seat.id"], name=op.f("fk_office_hour_seat_id_seat")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office_hour")),
    )
    with op.batch_alter_table("office_hour", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_office_hour_school_id"), ["school_id"], unique=False)

    op.create_table(
        "report_epoch",
        sa.Column("report_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("epoch", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("commitment", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_report_epoch_report_id_report"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("report_id", "epoch", name=op.f("pk_report_epoch")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "report_grant",
        sa.Column("report_id", sa.BigInteger(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("key_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column(
            "state",
            sa.Enum("open", "standby", "ended", name="grantstate", native_enum=False, length=16),
            nullable=False,
        ),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("own", sa.LargeBinary(), nullable=True),
        sa.Column(
            "reason",
            sa.Enum(
                "chosen",
                "city_chosen",
                "too_few",
                "detour",
                "added_by_child",
                "new_in_team",
                "absence",
                "overdue",
                "shared",
                "handed_over",
                "restored",
                name="readerreason",
                native_enum=False,
                length=16,
            ),
            nullable=True,
        ),
        sa.Column("granted_by", sa.BigInteger(), nullable=True),
        sa.Column("since_hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_hour", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_read_hour", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_letters", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.CheckConstraint(
            "state <> 'standby' OR person_id IS NOT NULL", name=op.f("ck_report_grant_standby_is_a_person")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_report_grant_person_id_person")),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_report_grant_report_id_report"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_grant")),
        sa.UniqueConstraint("report_id", "epoch", "person_id", name=op.f("uq_report_grant_report_id_epoch_person_id")),
    )
    with op.batch_alter_table("report_grant", schema=None) as batch_op:
        batch_op.create_index("ix_report_grant_person", ["person_id", "state", "key_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_report_grant_report_id"), ["report_id"], unique=False)

    op.create_table(
        "web_session",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("report_id", sa.BigInteger(), nullable=True),
        sa.Column("sealed_key", sa.LargeBinary(), nullable=True),
        sa.Column("key_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        sa.CheckConstraint("(person_id IS NULL) <> (report_id IS NULL)", name=op.f("ck_web_session_one_holder")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_web_session_person_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_web_session_report_id_report"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_web_session")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("web_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_web_session_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_web_session_report_id"), ["report_id"], unique=False)
    guards = SQLITE_GUARDS if op.get_bind().dialect.name == "sqlite" else POSTGRES_GUARDS
    for statement in guards:
        op.execute(statement)


def downgrade() -> None:
    """Go one step back."""
    with op.batch_alter_table("web_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_web_session_report_id"))
        batch_op.drop_index(batch_op.f("ix_web_session_person_id"))

    op.drop_table("web_session")
    with op.batch_alter_table("report_grant", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_report_grant_report_id"))
        batch_op.drop_index("ix_report_grant_person")

    op.drop_table("report_grant")
    op.drop_table("report_epoch")
    with op.batch_alter_table("office_hour", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_office_hour_school_id"))

    op.drop_table("office_hour")
    with op.batch_alter_table("report", schema=None) as batch_op:
        batch_op.drop_index("ix_report_waiting")
        batch_op.drop_index(batch_op.f("ix_report_school_id"))
        batch_op.drop_index(batch_op.f("ix_report_case_id"))

    op.drop_table("report")
    with op.batch_alter_table("private_note", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_private_note_person_id"))
        batch_op.drop_index("ix_private_note_case_id_person_id")

    op.drop_table("private_note")
    with op.batch_alter_table("place", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_place_school_id"))

    op.drop_table("place")
    with op.batch_alter_table("case_grant", schema=None) as batch_op:
        batch_op.drop_index("ix_case_grant_person")
        batch_op.drop_index(batch_op.f("ix_case_grant_case_id"))

    op.drop_table("case_grant")
    op.drop_table("case_epoch")
    with op.batch_alter_table("absence", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_absence_seat_id"))
        batch_op.drop_index(batch_op.f("ix_absence_school_id"))

    op.drop_table("absence")
    with op.batch_alter_table("seat", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_seat_living", sqlite_where=sa.text("state <> 'ended'"), postgresql_where=sa.text("state <> 'ended'")
        )
        batch_op.drop_index(batch_op.f("ix_seat_school_id"))
        batch_op.drop_index(batch_op.f("ix_seat_person_id"))

    op.drop_table("seat")
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_invitation_person_id"))

    op.drop_table("invitation")
    with op.batch_alter_table("held_post", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_held_post_person_id"))

    op.drop_table("held_post")
    with op.batch_alter_table("free_day", schema=None) as batch_op:
        batch_op.drop_index("uq_free_day_school_id_day")

    op.drop_table("free_day")
    with op.batch_alter_table("case_file", schema=None) as batch_op:
        batch_op.drop_index("ix_case_file_state")
        batch_op.drop_index(batch_op.f("ix_case_file_school_id"))
        batch_op.drop_index(batch_op.f("ix_case_file_owner_id"))
        batch_op.drop_index("ix_case_file_closed")

    op.drop_table("case_file")
    with op.batch_alter_table("school", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_school_municipality"))

    op.drop_table("school")
    op.drop_table("record")
    op.drop_table("person")
    with op.batch_alter_table("outbox_mail", schema=None) as batch_op:
        batch_op.drop_index("uq_outbox_mail_news")
        batch_op.drop_index("ix_outbox_mail_due")

    op.drop_table("outbox_mail")
    op.drop_table("lesson_feedback")
    op.drop_table("audit_link")
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_entry_subject")
        batch_op.drop_index("ix_audit_entry_at")

    op.drop_table("audit_entry")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_entry_guard()")
