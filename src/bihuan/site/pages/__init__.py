"""Pages over the kernel that every line shares: the workbench, the matter, search, mechanisms, files."""
