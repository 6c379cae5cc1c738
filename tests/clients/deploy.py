"""The files under deploy/, by the rules of those who read them."""

import json
import pathlib
import re
import sys
import tomllib

import kubernetes_validate
import promql_parser
import yaml

DEPLOY = pathlib.Path("deploy")

# What every process trusts without being told.
LOOPBACK = {"127.0.0.0/8", "::1/128"}


def kubernetes():
    for path in sorted((DEPLOY / "kubernetes").glob("*.yaml")):
        resources = [found for found in yaml.safe_load_all(path.read_text()) if found]
        assert resources, path
        for resource in resources:
            kubernetes_validate.validate(resource, "1.30", strict=True)
        print(path, [resource["kind"] for resource in resources])


def pods():
    """Every container is as locked down as the documentation promises."""
    for path in sorted((DEPLOY / "kubernetes").glob("*.yaml")):
        for resource in yaml.safe_load_all(path.read_text()):
            if resource["kind"] != "Deployment":
                continue
            pod = resource["spec"]["template"]["spec"]
            assert pod["securityContext"]["runAsNonRoot"], path
            mounted = {volume["name"] for volume in pod["volumes"]}
            for container in pod["containers"] + pod.get("initContainers", []):
                context = container["securityContext"]
                assert context["readOnlyRootFilesystem"], container["name"]
                assert not context["allowPrivilegeEscalation"], container["name"]
                assert context["capabilities"]["drop"] == ["ALL"], container["name"]
                assert "memory" in container["resources"]["limits"], container["name"]
                wanted = {mount["name"] for mount in container.get("volumeMounts", [])}
                assert wanted <= mounted, (container["name"], wanted - mounted)


def endings():
    """A pod is told of its end before it ends, and has time for all of it; probes need no port."""
    for path in sorted((DEPLOY / "kubernetes").glob("*.yaml")):
        for resource in yaml.safe_load_all(path.read_text()):
            if resource["kind"] != "Deployment":
                continue
            pod = resource["spec"]["template"]["spec"]
            containers = pod["containers"] + pod.get("initContainers", [])
            waits = [
                container["lifecycle"]["preStop"]["sleep"]["seconds"]
                for container in containers
                if "lifecycle" in container
            ]
            # One that nobody listens to has nobody to wait for.
            assert waits or path.name == "prepare.yaml", path
            grace = pod["terminationGracePeriodSeconds"]
            assert grace >= max(waits, default=0) + 30, (path, grace)
            langdu = next(found for found in containers if found["name"] == "langdu")
            probes = [langdu[name] for name in langdu if name.endswith("Probe")]
            assert len(probes) >= 2, path
            for probe in probes:
                assert probe["exec"]["command"][:2] == ["langdu", "health"], path
                # Longer than the command waits itself.
                assert probe["timeoutSeconds"] > 3, path


def compose():
    services = yaml.safe_load((DEPLOY / "docker/compose.yaml").read_text())["services"]
    langdu = services["langdu"]
    assert langdu["read_only"] and langdu["cap_drop"] == ["ALL"]
    assert set(langdu["depends_on"]) <= set(services)
    assert all(port.startswith("127.0.0.1:") for port in langdu["ports"])
    # The portal's server has the gateway's address inside: the quotas believe it.
    networks = yaml.safe_load((DEPLOY / "docker/compose.yaml").read_text())["networks"]
    gateway = networks["default"]["ipam"]["config"][0]["gateway"]
    trusted = json.loads(langdu["environment"]["LANGDU_SECURITY__TRUSTED_PROXIES"])
    assert f"{gateway}/32" in trusted, trusted


def replicas():
    """Of several replicas one prepares, and all know whom their proxies call for."""
    configs, counts = {}, {}
    for name in ("deployment", "prepare"):
        for resource in yaml.safe_load_all((DEPLOY / f"kubernetes/{name}.yaml").read_text()):
            if resource["kind"] == "ConfigMap":
                configs[name] = tomllib.loads(resource["data"]["langdu.toml"])
            if resource["kind"] == "Deployment":
                counts[name] = resource["spec"]["replicas"]
                strategy = resource["spec"]["strategy"]
                if name == "prepare":
                    assert strategy["type"] == "Recreate", strategy
    assert counts["prepare"] == 1 and counts["deployment"] > 1, counts
    assert "prepare" not in configs["deployment"] and configs["prepare"]["prepare"]
    assert configs["deployment"]["voices"]["prepares"] is False
    assert configs["prepare"]["voices"].get("prepares", True)
    trusted = set(configs["deployment"]["security"]["trusted_proxies"])
    assert trusted - LOOPBACK, trusted
    nginx = pathlib.Path("docs/embed.md").read_text()
    assert "proxy_set_header X-Forwarded-For" in nginx


def alerts():
    groups = yaml.safe_load((DEPLOY / "prometheus/alerts.yaml").read_text())["groups"]
    rules = [rule for group in groups for rule in group["rules"]]
    for rule in rules:
        promql_parser.parse(rule["expr"])
        assert rule["annotations"]["summary"], rule["alert"]
    print(len(rules), "alerts")


def dashboard():
    board = json.loads((DEPLOY / "grafana/langdu.json").read_text())
    variables = {variable["name"] for variable in board["templating"]["list"]}
    taken, ids = set(), set()
    queries = 0
    for panel in board["panels"]:
        assert panel["id"] not in ids, panel["title"]
        ids.add(panel["id"])
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24, panel["title"]
        for x in range(place["x"], place["x"] + place["w"]):
            for y in range(place["y"], place["y"] + place["h"]):
                assert (x, y) not in taken, f"{panel['title']} lies on another panel"
                taken.add((x, y))
        if panel["type"] == "row":
            continue
        assert panel["datasource"]["uid"] == "${source}", panel["title"]
        refs = [target["refId"] for target in panel["targets"]]
        assert refs and len(set(refs)) == len(refs), panel["title"]
        for target in panel["targets"]:
            named = set(re.findall(r"\$(?:\{)?([a-z]+)", target["expr"]))
            assert named <= variables, (panel["title"], named - variables)
            # Grafana puts a duration in its place.
            promql_parser.parse(target["expr"].replace("$__rate_interval", "1m"))
            queries += 1
    assert queries > 20
    print(queries, "queries")


for check in (kubernetes, pods, endings, compose, replicas, alerts, dashboard):
    check()
sys.exit(0)
