"""One class for each address. Each parses, calls one act or asks one question, and shapes the answer."""
