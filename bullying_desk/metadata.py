"""Every table in one place, for migrations and tests."""

from __future__ import annotations

import bullying_desk.accounts.models
import bullying_desk.audit.models
import bullying_desk.cases.models
import bullying_desk.erasing.models
import bullying_desk.keyring.models
import bullying_desk.lessons.models
import bullying_desk.notices.models
import bullying_desk.reports.mailbox.models
import bullying_desk.reports.models
import bullying_desk.retention.models
import bullying_desk.rights.models
import bullying_desk.schools.models
import bullying_desk.web.models  # noqa: F401
from bullying_desk.database import Base

TABLES = Base.metadata.tables
