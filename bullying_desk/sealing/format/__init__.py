"""The format of sealed values: contexts, encoding, padding, primitives, secret types, errors."""
