"""The counsellor's pages: the inbox, a case, what is done with it, and who may read it.

`bullying_desk.app` imports every module here; each adds its pages to the blueprint of `blueprint`.
"""
