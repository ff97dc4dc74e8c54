"""The ladder and meetings of the demonstration."""
