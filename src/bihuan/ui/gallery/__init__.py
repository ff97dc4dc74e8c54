"""Every panel and picture with invented data: for looking at, and for tests. Served only with DEBUG or in tests."""
