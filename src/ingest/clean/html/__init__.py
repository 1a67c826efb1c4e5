"""The blocks of an HTML page: what is measured of them, and the model that tells the article."""
