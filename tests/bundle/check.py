"""Checks scripts/databricks/databricks.yml: its schema, its references, and that it fits the notebooks beside it.

The command line of Databricks, which prints the whole schema, cannot be installed from a package registry. What a job
may hold is checked by the models of the package databricks-bundles, which Databricks generates from the same source
and which refuse an unknown field or value; the rest by bundle.schema.json. Prints each fault; ends with 1 when there
is one.
"""

import json
import re
import sys
from pathlib import Path

import yaml
from databricks.bundles.jobs import Job
from jsonschema import Draft202012Validator

FOLDER = Path(__file__).resolve().parents[2] / "scripts/databricks"
SCHEMA = json.loads(Path(__file__).with_name("bundle.schema.json").read_text())
REFERENCE = re.compile(r"\$\{([a-z_.A-Z0-9-]+)\}")
QUARTZ = re.compile(r"^[0-9]+ [0-9*/,-]+ [0-9*/,-]+ [0-9*/,?LW-]+ [0-9A-Z*/,-]+ [0-9A-Z*/,?L#-]+$")


def faults(bundle):
    for error in Draft202012Validator(SCHEMA).iter_errors(bundle):
        yield f"{error.json_path}: {error.message}"
    jobs = bundle["resources"]["jobs"]
    for reference in sorted(set(REFERENCE.findall(json.dumps(bundle)))):
        yield from unresolved(reference, bundle, jobs)
    for name, job in jobs.items():
        try:
            Job.from_dict(job)
        except Exception as error:
            yield f"jobs.{name}: {error}"
        yield from (f"jobs.{name}: {fault}" for fault in job_faults(job, jobs))


def unresolved(reference, bundle, jobs):
    kind, *rest = reference.split(".")
    known = {
        "var": lambda: rest[0] in bundle["variables"],
        "bundle": lambda: rest[0] in ("name", "target", "environment"),
        "workspace": lambda: True,
        "resources": lambda: rest[0] == "jobs" and rest[1] in jobs and rest[2] == "id",
    }
    if kind not in known or not known[kind]():
        yield f"${{{reference}}} refers to nothing"


def job_faults(job, jobs):
    if job.get("max_concurrent_runs") != 1:
        yield "max_concurrent_runs must be 1: two runs of a source would share a run of the hub"
    schedule = job.get("schedule")
    if schedule and not QUARTZ.match(schedule["quartz_cron_expression"]):
        yield f"{schedule['quartz_cron_expression']!r} is no Quartz expression of seconds, minutes, hours, day, month, weekday"
    if not job.get("email_notifications", {}).get("on_failure"):
        yield "nobody is told when it fails"
    parameters = {parameter["name"] for parameter in job.get("parameters", [])}
    keys = [task["task_key"] for task in job["tasks"]]
    for task in job["tasks"]:
        for before in task.get("depends_on", []):
            if before["task_key"] not in keys:
                yield f"{task['task_key']} depends on {before['task_key']}, which does not exist"
        inner = task.get("for_each_task", {}).get("task", task)
        if "notebook_task" in inner:
            yield from notebook_faults(inner["notebook_task"], parameters)
        if "run_job_task" in inner:
            yield from call_faults(inner["run_job_task"], jobs)


def notebook_faults(task, job_parameters):
    path = FOLDER / task["notebook_path"]
    if not path.exists() or not path.read_text().startswith("# Databricks notebook source"):
        yield f"{task['notebook_path']} is no notebook beside databricks.yml"
        return
    widgets, required = widgets_of(path)
    own = set(task.get("base_parameters", {}))
    for name in sorted(own - widgets):
        yield f"{task['notebook_path']} has no widget {name}"
    for name in sorted(own & job_parameters):
        yield f"{task['notebook_path']}: the job parameter {name} would override that of the task"
    for name in sorted(required - own - job_parameters):
        yield f"{task['notebook_path']} needs the parameter {name}"


def widgets_of(path):
    """Names of a notebook's widgets, and those that must not be empty, from its call of settings() or read_widgets()."""
    sys.path.insert(0, str(FOLDER))
    sys.dont_write_bytecode = True
    import hub_ingest

    text = path.read_text()
    call = re.search(r"(?:settings|read_widgets)\(\n(.*?)\n\)", text, re.S)[1]
    widgets = set(re.findall(r"^    (\w+)=", call, re.M)) - {"required"}
    if "**GOLD" in call:
        widgets |= set(hub_ingest.GOLD)
    return widgets, set(re.findall(r'"(\w+)"', re.search(r"required=\((.*?)\)", call)[1]))


def call_faults(task, jobs):
    name = REFERENCE.fullmatch(task["job_id"])[1].split(".")[2]
    known = {parameter["name"] for parameter in jobs[name]["parameters"]}
    for parameter in sorted(set(task["job_parameters"]) - known):
        yield f"the job {name} has no parameter {parameter}"


def main():
    found = list(faults(yaml.safe_load((FOLDER / "databricks.yml").read_text())))
    for fault in found:
        print(f"  {fault}")
    # a check that accepts everything would be none
    broken = {"bundle": {"name": "x"}, "targets": {"t": {"modus": "production"}}, "variables": {}, "resources": {"jobs": {"j": {"tasks": [
        {"task_key": "a", "notebook_task": {"notebook_path": "./nothing.py"}, "max_retrys": 1, "depends_on": [{"task_key": "z"}]}]}}}}
    missed = [word for word in ("modus", "max_retrys", "depends on z", "nothing.py", "max_concurrent_runs") if word not in "\n".join(faults(broken))]
    if missed:
        print(f"  the check itself misses: {missed}")
    sys.exit(1 if found or missed else 0)


main()
