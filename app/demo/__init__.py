"""A believable record of two invented people, drawn from a seed and burnt on discs as hospitals burn them."""

from app.demo.discs import Disc, write_discs, write_small_disc

__all__ = ["Disc", "write_discs", "write_small_disc"]
