"""As much of JSON Schema as Meta's description of an interactive message uses: what it says against a value."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

RECORDED = Path(__file__).parents[3] / "shared" / "recorded" / "whatsapp"
_FILE = RECORDED / "business-messaging-api_v23.0.yaml"
_TYPES = {"string": str, "array": list, "object": dict, "boolean": bool, "integer": int}


def is_here() -> bool:
    """Return whether Meta's description is on this machine."""
    return _FILE.exists()


@cache
def _schemas() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.load(_FILE.read_text("utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    schemas: dict[str, Any] = loaded["components"]["schemas"]
    return schemas


def made_ready() -> None:
    """Read Meta's description now rather than at the first message, for it takes a second."""
    if is_here():
        _schemas()


def against(value: Any, name: str) -> list[str]:
    """Return what the schema `name` says against `value`."""
    return _against(value, _schemas()[name], name)


def _against(value: Any, schema: dict[str, Any], where: str) -> list[str]:
    if "$ref" in schema:
        return _against(value, _schemas()[schema["$ref"].rpartition("/")[2]], where)
    if "type" in schema and not isinstance(value, _TYPES[schema["type"]]):
        return [f"{where} is no {schema['type']}"]
    found: list[str] = []
    if "enum" in schema and value not in schema["enum"]:
        found.append(f"{where} is none of {schema['enum']}")
    if isinstance(value, str) and len(value) > schema.get("maxLength", len(value)):
        found.append(f"{where} is longer than {schema['maxLength']}")
    if isinstance(value, list):
        if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
            found.append(f"{where} has {len(value)} items")
        for number, item in enumerate(value):
            found += _against(item, schema.get("items", {}), f"{where}[{number}]")
    if isinstance(value, dict):
        found += [f"{where}.{name} is missing" for name in schema.get("required", ()) if name not in value]
        for name, inner in schema.get("properties", {}).items():
            if name in value:
                found += _against(value[name], inner, f"{where}.{name}")
    if "oneOf" in schema:
        tried = [_against(value, one, where) for one in schema["oneOf"]]
        if tried.count([]) != 1:
            tried.sort(key=len)
            found += tried[0] or [f"{where} is more than one thing"]
    return found
