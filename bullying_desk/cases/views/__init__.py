"""The counsellor's pages: the inbox, a case, what is done with it, who may read it."""

import bullying_desk.cases.views.acts
import bullying_desk.cases.views.assessing
import bullying_desk.cases.views.beginning
import bullying_desk.cases.views.closing
import bullying_desk.cases.views.holding
import bullying_desk.cases.views.inbox
import bullying_desk.cases.views.leaving
import bullying_desk.cases.views.linking
import bullying_desk.cases.views.naming
import bullying_desk.cases.views.own_access
import bullying_desk.cases.views.plan_papers
import bullying_desk.cases.views.planning
import bullying_desk.cases.views.printing
import bullying_desk.cases.views.pseudonyms
import bullying_desk.cases.views.ready_plans
import bullying_desk.cases.views.requests
import bullying_desk.cases.views.searching
import bullying_desk.cases.views.sharing
import bullying_desk.cases.views.sheets
import bullying_desk.cases.views.show
import bullying_desk.cases.views.wizards  # noqa: F401 - they hang their pages on the blueprint
from bullying_desk.cases.views.blueprint import cases as blueprint

__all__ = ["blueprint"]
