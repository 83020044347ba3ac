"""A Spark session with Delta in local mode, and what a notebook of Databricks finds around it."""

import os
import runpy
import sys
import time
from pathlib import Path

from pyspark.sql import SparkSession

NOTEBOOKS = Path(__file__).resolve().parents[2] / "scripts/databricks"
sys.path.insert(0, str(NOTEBOOKS))
sys.dont_write_bytecode = True


def start_spark(jars, folder, connect=False):
    """Local mode on two cores, everything on loopback, tables below `folder`.

    With `connect` by Spark Connect, as serverless compute is spoken to: a client without a JVM, and a server that runs
    the functions of streams in processes of its own.
    """
    options = {
        "spark.jars": jars,
        "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
        "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
        "spark.sql.sources.default": "delta",  # as on Databricks
        "spark.sql.legacy.createHiveTableByDefault": "false",
        "spark.sql.warehouse.dir": f"{folder}/warehouse",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.memory": "2g",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.shuffle.partitions": "2",
        "spark.databricks.delta.snapshotPartitions": "2",
        "spark.databricks.delta.properties.defaults.enableChangeDataFeed": "true",
    }
    os.environ["PYSPARK_PYTHON"] = sys.executable
    builder = SparkSession.builder.appName("mls-hub")
    builder = builder.remote("local[2]") if connect else builder.master("local[2]")
    for name, value in options.items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    if not connect:
        spark.sparkContext.setLogLevel("ERROR")
    return spark


def set_zones(spark, process, session):
    """Moves the process (as a cluster's TZ) and the session to other time zones."""
    os.environ["TZ"] = process
    time.tzset()
    spark.conf.set("spark.sql.session.timeZone", session)


class NotebookExit(Exception):
    def __init__(self, value):
        super().__init__(value)
        self.value = value


class _Widgets:
    def __init__(self, given):
        self.given = given
        self.values = {}

    def text(self, name, default):
        self.values[name] = self.given.get(name, default)

    def dropdown(self, name, default, choices):
        if default not in choices:
            raise ValueError(f"{name}: the default {default!r} is not in {choices}")
        self.text(name, default)

    def get(self, name):
        return self.values[name]


class _Secrets:
    def __init__(self, client):
        self.secrets = {"hub-client-id": client["client_id"], "hub-client-secret": client["client_secret"]}

    def get(self, scope, key):
        return self.secrets[key]


class _TaskValues:
    def __init__(self):
        self.values = {}

    def set(self, key, value):
        self.values[key] = value


class _Jobs:
    def __init__(self):
        self.taskValues = _TaskValues()


class _Notebook:
    def exit(self, value):
        raise NotebookExit(value)


class Dbutils:
    """What the notebooks use of dbutils."""

    def __init__(self, widgets, client):
        self.widgets = _Widgets(widgets)
        self.secrets = _Secrets(client)
        self.notebook = _Notebook()
        self.jobs = _Jobs()


def run_notebook(spark, name, client, **widgets):
    """Runs a notebook in this process; answers what it hands to notebook exit."""
    try:
        runpy.run_path(str(NOTEBOOKS / f"{name}.py"), init_globals={"spark": spark, "dbutils": Dbutils(widgets, client)})
    except NotebookExit as done:
        return done.value
    return None
