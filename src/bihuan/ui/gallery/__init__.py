"""Every panel and picture with invented data: for looking at and for tests, never in production."""
