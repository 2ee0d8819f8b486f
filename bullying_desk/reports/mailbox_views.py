"""The pages behind the six words: coming back, the conversation, and what a reporter can change."""

import bullying_desk.reports.views.asked
import bullying_desk.reports.views.changes
import bullying_desk.reports.views.conversation  # noqa: F401 - they hang their pages on the blueprint
from bullying_desk.reports.views.blueprints import mailbox as blueprint

__all__ = ["blueprint"]
