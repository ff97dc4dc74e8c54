"""Pages of the wall: the screen itself, the visitors' screen, what stands behind a number."""
