"""Signed instructions to units (交办单): a matter every line may open."""
