"""What names are made of: comparison forms, parts of people's and bodies' names, letters, spellings."""
