"""What people come for, and the choices that lead there."""

from typing import Any

from tests.jobs import law
from tests.jobs.talking import listed

#: Labels of a check's choice and its id; of an office's, and how the ids of such offices begin.
CHECKS = {
    "export": ["to:eligibility_export", "دعم التصدير", "aide à l'export"],
    "investment": ["to:eligibility_investment", "دعم الاستثمار", "aide à l'investissement"],
    "finance": ["to:eligibility_finance", "قروض", "crédits"],
    "status": ["to:eligibility_status", "السجل", "registre"],
    "all": ["to:eligibility_all", "كل البرامج", "tous les programmes"],
}
ELIGIBILITY = ["to:eligibility", "هل أستوفي", "suis-je éligible"]
OFFICES = {
    "trade": (["to:office", "مكاتب جهتي", "bureaux de ma région", "مكتب التجارة الخارجية"], "brce"),
    "cri": (["to:office_cri", "المركز الجهوي للاستثمار", "centre régional"], "cri"),
    "chamber": (["to:office_chamber", "غرفة", "chambre"], "chamber"),
    "craft": (["to:office_craft", "مديرية", "direction"], "dr"),
}
#: The questions somebody with a goal taps where they are offered.
NEAR = {
    "export": "export.who export.cooperative export.first-time export.existing-exporter export.auto-entrepreneur "
    "export.individual-artisan export.turnover-threshold charters.which-one",
    "investment": "tpme.who tpme.what tpme.cooperative tpme.auto-entrepreneur tpme.new-company tpme.how-much "
    "tpme.min-investment charters.which-one charters.investment",
    "finance": "finance.which finance.moazara finance.mourafaka finance.tahfiz-niswa finance.intelaka finance.indh "
    "finance.no-guarantee finance.interest finance.microcredit",
    "status": "status.rna-apply status.rna status.maalem status.card",
    "all": "charters.which-one finance.which tpme.who export.who about.what-can-you-do",
    "trade": "offices.nearest offices.regional-office",
    "cri": "offices.cri offices.nearest",
    "chamber": "offices.chamber offices.nearest",
    "craft": "offices.directorate offices.nearest",
    "person": "about.human",
}


def wanted(kind: str, what: Any) -> list[str]:
    """Return the choices that lead to a goal, nearest first."""
    match kind:
        case "check":
            return [*CHECKS[what], *([] if what == "all" else CHECKS["all"]), *ELIGIBILITY]
        case "schemes":
            return [*CHECKS[_group(what)], *CHECKS["all"], *ELIGIBILITY]
        case "estimate":
            return [*CHECKS["investment"], *ELIGIBILITY]
        case "office":
            return [*OFFICES[what][0], "to:office", "مكاتب جهتي", "bureaux de ma région"]
        case "person":
            return ["do:person", "to:person", "شخص", "personne"]
        case "question":
            return [f"faq:{entry}" for entry in listed(what["entry"])]
    raise ValueError(f"unknown goal {kind}")


def near(kind: str, what: Any) -> list[str]:
    """Return the questions that somebody with a goal taps when they see them."""
    group = {"check": what, "office": what, "estimate": "investment"}.get(kind, kind)
    if kind == "schemes":
        group = _group(what)
    return [f"faq:{entry}" for entry in NEAR.get(group, "").split()]


def _group(schemes: list[str]) -> str:
    return next(name for name, group in law.GROUPS.items() if set(schemes) <= set(group))
