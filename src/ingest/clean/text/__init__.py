"""The lines of a plain text: what is measured of them, and the model that tells the article."""
