"""`make bench`: what the warehouse costs in time and memory, beside the limit and beside the sector's own tools.

measure.py runs and weighs one process · inputs.py makes files of any size · workers.py holds what is measured inside a
process · tools.py sets up the sector's tools, sector/ runs them · cases.py says what is measured · report.py writes
docs/benchmarks.md. Nothing here is part of the product, and nothing here judges a figure of the Board.
"""
