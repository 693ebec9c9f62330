"""`make spark-smoke`: the same models on Apache Spark give the same rows as on DuckDB.

Builds a warehouse from the sample returns on DuckDB, hands its raw and ops tables to a local Spark session, runs
staging, models that read raw tables without it and the subjects looked after and children in need there by
`dbt --target spark`, and compares every table row by row. Exit code 0 only when no row differs. Needs Java 17 or newer.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("SAFEGUARDING_SHARED") or ROOT.parent / "shared")
READ_RAW = ["int_aggregates__figures", "int_benchmark__parts", "int_person__crosswalk", "dim_neighbour"]
SELECTION = ["staging", *READ_RAW, "intermediate.looked_after", "intermediate.children_in_need"]
HANDED_OVER = ("raw", "ops", "quarantine")
BUILT = ("staging", "intermediate", "marts")


def stop(sentence: str) -> None:
    print(f"spark-smoke: {sentence}", file=sys.stderr)
    raise SystemExit(1)


def build_on_duckdb(home: Path) -> None:
    """A warehouse of the sample returns, by the project's own command."""
    extracts = SHARED / "data" / "extracts"
    if not extracts.is_dir():
        stop(
            f"the sample returns are not at {extracts}; set SAFEGUARDING_SHARED to the folder that holds data/extracts."
        )
    landing = home / "landing" / "childrens_social_care"
    shutil.copytree(extracts / "ssda903", landing / "ssda903" / "extract")
    shutil.copytree(extracts / "cin_census", landing / "cin_census")
    environment = {**os.environ, "SAFEGUARDING_HOME": str(home), "SAFEGUARDING_NOW": "2024-06-30T09:00:00"}
    command = [str(ROOT / ".venv" / "bin" / "safeguarding"), "run", "--no-dashboard"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        stop(f"the run on DuckDB failed:\n{done.stdout}\n{done.stderr}")


def spark_session(work: Path) -> Any:
    from pyspark.sql import SparkSession

    session = (
        SparkSession.builder.master("local[2]")
        .appName("spark-smoke")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.sql.warehouse.dir", str(work / "warehouse"))
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.catalogImplementation", "in-memory")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    return session


def hand_over(session: Any, home: Path, work: Path) -> None:
    """raw, ops and quarantine of the DuckDB file as Spark tables of the same names."""
    import duckdb

    for schema in (*HANDED_OVER, *BUILT, "board", "reference"):
        session.sql(f"create database if not exists {schema}")
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as con:
        tables = con.execute(
            "select schema_name, table_name from duckdb_tables() where schema_name in ('raw', 'ops', 'quarantine')"
        ).fetchall()
        for schema, table in tables:
            file = work / f"{schema}.{table}.parquet"
            con.execute(f"copy {schema}.{table} to '{file}' (format parquet)")
            session.sql(f"create table {schema}.{table} using parquet location '{file}'")


def run_dbt(home: Path, work: Path) -> None:
    from dbt.cli.main import dbtRunner

    os.environ.update(
        SAFEGUARDING_HOME=str(home),
        DBT_TARGET_PATH=str(work / "target"),
        DBT_LOG_PATH=str(work / "logs"),
        DBT_SEND_ANONYMOUS_USAGE_STATS="false",
        DO_NOT_TRACK="1",
    )
    arguments = ["--quiet", "build", "--target", "spark", "--project-dir", str(ROOT / "dbt_project")]
    arguments += ["--profiles-dir", str(ROOT / "dbt_project"), "--exclude-resource-type", "unit_test"]
    # cautious: a test that also reads a model outside the selection is not for this run
    arguments += ["--indirect-selection", "cautious", "--select", *(f"+{name}" for name in SELECTION)]
    result = dbtRunner().invoke(arguments)
    if not result.success:
        failed = [r for r in getattr(result.result, "results", []) if r.status not in ("success", "pass", "warn")]
        stop(
            f"dbt on Spark failed: {result.exception or ''} "
            + "; ".join(f"{r.node.name}: {str(r.message)[:1500]}" for r in failed[:5])
        )


def plain(value: Any) -> Any:
    """Values as both engines can be held to: decimals and numbers by value, the rest as they are."""
    import datetime
    import decimal

    if isinstance(value, datetime.datetime):
        return value.replace(tzinfo=None)
    if isinstance(value, decimal.Decimal | int | float) and not isinstance(value, bool):
        return decimal.Decimal(str(value)).normalize()
    return value


def compare(session: Any, home: Path) -> int:
    import duckdb

    differing = 0
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as con:
        for schema in BUILT:
            for row in session.sql(f"show tables in {schema}").collect():
                table = f"{schema}.{row.tableName}"
                there = session.table(table)
                columns = there.columns
                here = con.execute(f"select {', '.join(columns)} from {table}").fetchall()
                ours = Counter(tuple(plain(v) for v in r) for r in here)
                theirs = Counter(tuple(plain(v) for v in r) for r in there.collect())
                only = (ours - theirs) + (theirs - ours)
                differing += only.total()
                print(f"  {table}: {len(here)} rows, {only.total()} differ")
                for example in list(only)[:2]:
                    positions = [c for c, v in zip(columns, example, strict=True) if v is not None]
                    print(f"    a differing row has values in {', '.join(positions)}")
    return differing


def main() -> None:
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        stop("no Java found, expected version 17 or newer; install one (Debian: apt-get install default-jre-headless).")
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    with tempfile.TemporaryDirectory(prefix="spark-smoke-") as folder:
        work = Path(folder)
        home = work / "home"
        build_on_duckdb(home)
        os.chdir(work)
        session = spark_session(work)
        hand_over(session, home, work)
        run_dbt(home, work)
        differing = compare(session, home)
        session.stop()
    if differing:
        stop(f"{differing} rows differ between Spark and DuckDB.")
    print("spark-smoke: Spark and DuckDB agree on every row.")


if __name__ == "__main__":
    main()
