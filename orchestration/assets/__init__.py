"""The Dagster assets: thin shells around ingest/, checks/, disclosure/, publish.py and dashboard.py.

Belongs here: keys, dependencies, metadata, and opening the warehouse for as short as possible (DuckDB takes one
writer, and dbt is another process). Does not belong here: any rule about a figure or a file.

These modules do without `from __future__ import annotations`: Dagster reads the annotation of `context` itself.
"""
