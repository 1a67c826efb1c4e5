"""Word lists, the bundled authority and the shipped models: data, not code."""
