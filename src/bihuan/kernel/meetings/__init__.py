"""The ladder (分级协调): proposed items, meetings, minutes and what was decided."""
