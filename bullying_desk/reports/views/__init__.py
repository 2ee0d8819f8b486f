"""The pages of the reporter's side: a school's page, the five doors, the receipt, the conversation."""

from bullying_desk.reports.views import school, thanks, writing  # noqa: F401 - they hang their pages on the blueprint
from bullying_desk.reports.views.blueprints import reports as blueprint

__all__ = ["blueprint"]
