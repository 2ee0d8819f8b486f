"""The first assessment of a case: what is asked, who agrees, and the steps the law asks for.

Others import `assessing`, `rubric` and `wizards`.
"""
