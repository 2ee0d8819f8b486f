"""Who reads when nobody is there: standby readers, deputies of absent readers, overdue and unseen reports."""
