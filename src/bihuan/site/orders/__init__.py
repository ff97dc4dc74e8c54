"""Pages of orders (交办单): a leader's desk, drafting, signing, lists, the printed register, instructions."""
