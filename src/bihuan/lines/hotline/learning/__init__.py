"""What the line learns from its own messages: classes, hot issues, early warnings, quality of answers."""
