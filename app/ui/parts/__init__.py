"""Small parts that every screen is put together from."""
