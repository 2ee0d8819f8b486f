"""The plan of a case: methods, measures with an owner and a day, ready plans, follow-up questions.

Others import `planning`, `methods`, `ready_plans` and `follow_ups`.
"""
