"""Makes the files people print: PDF with typst, DOCX and ODT with pandoc, from memory to memory.

Others import `order.Order`, `worker.run` (one order in a child process), `sandbox.confine` with `produce.produce` (many
orders in a process pool) and `fonts`. Nothing here knows the desk, so that a child process stays small.
"""
