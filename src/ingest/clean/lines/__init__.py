"""How a line reads: its key, its characters, how its sentences end."""
