"""What the law gives a person, by the second reading of the rules that shares nothing with the guide's own."""

from typing import Any

from tests.eligibility.plain_rules import assessed
from tests.jobs.wording import provinces

GROUPS = {
    "export": ["power_export_first", "power_export_existing", "mda_exporters", "mda_excellence", "mda_aggregation"],
    "investment": ["tpme"],
    "finance": ["intelaka", "indh", "moazara", "mourafaka", "tahfiz_niswa", "nordev"],
    "status": ["rna_artisan", "rna_maalem", "rna_cooperative", "rna_enterprise"],
}
GROUPS["all"] = [scheme for group in GROUPS.values() for scheme in group]


def _categories() -> dict[str, str]:
    return {name: row["category"] for name, row in provinces().items()}


def verdicts(facts: dict[str, Any]) -> dict[str, str]:
    """Return the right verdict of every scheme for what is known."""
    return {scheme: found["verdict"] for scheme, found in assessed(facts, _categories()).items()}


def estimate(facts: dict[str, Any]) -> tuple[float, float] | None:
    """Return the right range of the investment grant in dirhams, None where there is none."""
    found = assessed(facts, _categories())["tpme"].get("estimate")
    return tuple(found) if found else None
