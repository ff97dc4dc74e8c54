"""Bulletins (周调度、月通报、季总结): drafts from figures frozen day by day, edited, approved, issued as papers."""
