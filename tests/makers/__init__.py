"""Seeded recipes for small discs, right and wrong; each tells the truth about what it made.

disc = makers.discs.plain(tmp_path)
disc.root      the folder a person would choose
disc.images    what a loader must find, by path
disc.others    every other file, and what it is
"""

from makers import discs, files, index

__all__ = ["discs", "files", "index"]
