"""The designer: templates made and changed in the browser, without code."""
