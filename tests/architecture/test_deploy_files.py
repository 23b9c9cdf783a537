"""Files for operators: they parse, name settings and commands that exist, and start every part."""

import json
import re
from pathlib import Path

import yaml
from typer.main import get_command

from fortnox_bridge.cli.main import app

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
DOCUMENTED = set(re.findall(r"`(FORTNOX_BRIDGE_[A-Z_]+)`", (ROOT / "docs/settings.md").read_text(encoding="utf-8")))


def containers():
    for document in yaml.safe_load_all((DEPLOY / "kubernetes.yaml").read_text(encoding="utf-8")):
        if document["kind"] in {"Job", "Deployment"}:
            yield from document["spec"]["template"]["spec"]["containers"]


def test_settings_that_the_files_name_are_documented():
    for path in (DEPLOY / "compose.yaml", DEPLOY / "kubernetes.yaml", ROOT / "Dockerfile"):
        named = set(re.findall(r"FORTNOX_BRIDGE_[A-Z_]+", path.read_text(encoding="utf-8")))
        assert named - DOCUMENTED == set(), path.name


def test_commands_that_the_files_start_exist():
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    started = [each["command"] for each in compose["services"].values() if each.get("image") == "fortnox-bridge"]
    started += [each["command"] for each in containers()]
    known = set(get_command(app).commands)

    assert {command[1] for command in started} == {"serve", "worker", "migrate"} <= known
    assert all(command[0] == "fortnox-bridge" for command in started)


def test_every_container_is_bounded_probed_and_nobodys_root():
    parts = list(containers())

    assert all(each["resources"]["limits"]["memory"] for each in parts)
    assert [each["name"] for each in parts if "readinessProbe" in each] == ["web", "worker"]
    text = (DEPLOY / "kubernetes.yaml").read_text(encoding="utf-8")
    assert text.count("runAsNonRoot: true") == len(parts)


def test_metrics_on_the_dashboard_are_those_that_the_service_has():
    dashboard = json.loads((DEPLOY / "grafana.json").read_text(encoding="utf-8"))
    source = (ROOT / "src/fortnox_bridge/observability/metrics.py").read_text(encoding="utf-8")
    source += (ROOT / "src/fortnox_bridge/web/metrics.py").read_text(encoding="utf-8")
    known = set(re.findall(r'"(fortnox_bridge_[a-z_]+)"', source))
    asked = {
        re.sub(r"_(bucket|count|sum|total)$", "", name)
        for panel in dashboard["panels"]
        for target in panel["targets"]
        for name in re.findall(r"fortnox_bridge_[a-z_]+", target["expr"])
    }

    assert asked == known
