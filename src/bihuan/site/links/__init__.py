"""Pages for those without an account: one matter by link or code, and who may give one out."""
