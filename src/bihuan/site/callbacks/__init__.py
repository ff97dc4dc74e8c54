"""Pages over contacts: who still waits, what is called back and put right, what was said of a unit."""
