"""Evaluating shipped models without the libraries that trained them."""
