"""Early warning: events counted by class, place and day; bursts become hotspots, each with one approved answer."""
