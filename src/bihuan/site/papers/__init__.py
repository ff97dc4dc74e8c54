"""Pages over papers: the register, one paper and what can be done with it, templates, the public check."""
