"""Pages of the line: the enterprise's home, the centre's board, taking needs in, accounts by invitation."""
