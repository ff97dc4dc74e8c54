"""Doors of supervision: desk, scores, rules, cards, plates, campaigns, hints."""
