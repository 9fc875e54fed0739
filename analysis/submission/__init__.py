"""Everything an author uploads to a journal, made and checked by one command."""
