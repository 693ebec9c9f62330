"""Readers: a submission's bytes in, batches of text rows out, table by table. No judgement of values."""
