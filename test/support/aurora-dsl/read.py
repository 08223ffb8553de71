"""Reads the subset of Aurora's configuration DSL that heron.aurora uses, and prints the job configuration as JSON.

usage: read.py FILE USER < BINDINGS, where BINDINGS is a JSON object of texts (what --bind NAME=VALUE says).

Numbers may be given as text, names in double braces are bound, and what a schema leaves out has Aurora's default.
Names of mesos and thermos are left for the executor. Anything else that is not known is an error.
"""

import json
import re
import sys

MIB = 1024 * 1024
HOLE = re.compile(r"\{\{([^{}]*)\}\}")
REQUIRED = object()


def schema(kind, **fields):
    """A constructor that refuses unknown fields and fills in the defaults."""

    def construct(**given):
        unknown = sorted(set(given) - set(fields))
        missing = sorted(name for name, default in fields.items() if default is REQUIRED and name not in given)
        if unknown or missing:
            raise TypeError(f"{kind}: unknown fields {unknown}, missing fields {missing}")
        return {**fields, **given}

    return construct


process = schema(
    "Process", name=REQUIRED, cmdline=REQUIRED, daemon=False, ephemeral=False, final=False, max_failures=1, min_duration=5
)
resources = schema("Resources", cpu=REQUIRED, ram=REQUIRED, disk=REQUIRED, gpu=0)
sequential = schema("SequentialTask", name=REQUIRED, processes=REQUIRED, resources=REQUIRED)
job = schema(
    "Job",
    name=REQUIRED,
    cluster=REQUIRED,
    role=REQUIRED,
    environment=REQUIRED,
    task=REQUIRED,
    instances=1,
    service=False,
    announce=REQUIRED,
    health_check_config=REQUIRED,
    metadata=(),
)
health_check = schema(
    "HealthCheckConfig",
    health_checker=REQUIRED,
    initial_interval_secs=15,
    interval_secs=10,
    max_consecutive_failures=0,
    min_consecutive_successes=1,
    timeout_secs=1,
)


def sequential_task(**given):
    task = sequential(**given)
    order = [each["name"] for each in task["processes"]]
    return {**task, "constraints": [{"order": order}], "finalization_wait": 30, "max_concurrency": 0, "max_failures": 1}


DSL = {
    "Process": process,
    "Resources": resources,
    "SequentialTask": sequential_task,
    "Announcer": schema("Announcer", primary_port=REQUIRED, portmap=REQUIRED),
    "HttpHealthChecker": schema(
        "HttpHealthChecker", endpoint=REQUIRED, expected_response=REQUIRED, expected_response_code=REQUIRED
    ),
    "HealthCheckerConfig": schema("HealthCheckerConfig", http=REQUIRED),
    "HealthCheckConfig": health_check,
    "Job": job,
    "Metadata": schema("Metadata", key=REQUIRED, value=REQUIRED),
}


def bound(value, bindings):
    """The value with every binding filled in."""
    if isinstance(value, dict):
        return {key: bound(each, bindings) for key, each in value.items()}
    if isinstance(value, list):
        return [bound(each, bindings) for each in value]
    if not isinstance(value, str):
        return value

    def fill(hole):
        name = hole.group(1)
        if name.startswith(("mesos.", "thermos.")):
            return hole.group(0)
        if name not in bindings:
            raise KeyError(f"nothing binds {name}")
        return bindings[name]

    return HOLE.sub(fill, value)


def ports(task, portmap):
    used = re.findall(r"\{\{thermos\.ports\[(\w+)\]\}\}", json.dumps(task))
    return sorted({portmap.get(name, name) for name in used})


def job_configuration(declared, user):
    """What Aurora's client sends for a declared job."""
    key = {"role": declared["role"], "environment": declared["environment"], "name": declared["name"]}
    given = declared["task"]["resources"]
    sizes = {"cpu": float(given["cpu"]), "ram": int(given["ram"]), "disk": int(given["disk"]), "gpu": int(given["gpu"])}
    lifecycle = {
        "port": "health",
        "graceful_shutdown_endpoint": "/quitquitquit",
        "graceful_shutdown_wait_secs": 5,
        "shutdown_endpoint": "/abortabortabort",
        "shutdown_wait_secs": 5,
    }
    thermos = {
        **{name: value for name, value in declared.items() if name != "instances"},
        "task": {**declared["task"], "resources": sizes},
        "priority": 0,
        "production": False,
        "max_task_failures": 1,
        "cron_collision_policy": "KILL_EXISTING",
        "enable_hooks": False,
        "metadata": list(declared["metadata"]),
        "executor_config": {"name": "AuroraExecutor", "data": ""},
        "lifecycle": {"http": lifecycle},
    }
    named = ports(declared["task"], declared["announce"]["portmap"])
    return {
        "key": key,
        "owner": {"user": user},
        "cronCollisionPolicy": 0,
        "instanceCount": int(declared["instances"]),
        "taskConfig": {
            "job": key,
            "owner": {"user": user},
            "isService": declared["service"],
            "priority": 0,
            "maxTaskFailures": 1,
            "production": False,
            "resources": [
                {"numCpus": sizes["cpu"]},
                {"ramMb": sizes["ram"] // MIB},
                {"diskMb": sizes["disk"] // MIB},
                *({"namedPort": name} for name in named),
            ],
            "constraints": [],
            "taskLinks": {},
            "executorConfig": {"name": "AuroraExecutor", "data": thermos},
            "metadata": list(declared["metadata"]),
            "container": {"mesos": {}},
        },
    }


def main():
    path, user = sys.argv[1:]
    bindings = json.load(sys.stdin)
    names = dict(DSL)
    with open(path, encoding="utf-8") as source:
        exec(compile(source.read(), path, "exec"), names)
    (declared,) = names["jobs"]
    json.dump(job_configuration(bound(declared, bindings), user), sys.stdout)


main()
