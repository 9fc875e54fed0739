"""Beginning another review: a folder with the program, empty tables and a text to rewrite."""
