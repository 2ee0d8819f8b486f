"""The counsellor's pages: the inbox, a case, the work on it, and who may read it.

`bullying_desk.app` imports every module here; each adds its pages to the blueprint of `blueprint`.
"""
