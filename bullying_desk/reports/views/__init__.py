"""The reporter's pages: a school's page, the five doors, the receipt, the conversation.

`bullying_desk.app` imports every module here; each adds its pages to a blueprint of `blueprint`.
"""
