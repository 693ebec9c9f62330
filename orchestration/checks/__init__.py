"""What stands between a build and its publication: results of every engine, and the gate that they pass or not."""
