"""The library of lessons: catalogue, search, paths, feedback."""
