"""Child processes that read documents and containers; one that dies costs what it was reading, alone."""
