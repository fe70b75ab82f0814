"""Opening a series: its frames in the order of the body, decoded on demand and kept ready around the reader."""
