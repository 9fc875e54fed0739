"""From checked extraction tables to the finished paper."""
