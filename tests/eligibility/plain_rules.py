"""The schemes a second time, written straight from the specification with plain `if` and `else`.

It shares nothing with the guide's own rules: no file, no number, no function. It gives for each scheme the conditions
by where they stand, the verdict, and the estimate.
"""

from typing import Any

Case = dict[str, Any]

REGION_1 = [
    "Al Hoceïma",
    "Chefchaouen",
    "Fahs-Anjra",
    "Larache",
    "M'diq-Fnideq",
    "Ouezzane",
    "Tanger-Assilah",
    "Tétouan",
]
REGION_2 = ["Berkane", "Driouch", "Figuig", "Guercif", "Jerada", "Nador", "Oujda-Angad", "Taourirt"]
REGION_6 = [
    "Benslimane",
    "Berrechid",
    "Casablanca",
    "El Jadida",
    "Mohammedia",
    "Médiouna",
    "Nouaceur",
    "Settat",
    "Sidi Bennour",
]
REGION_9 = ["Agadir-Ida-Outanane", "Chtouka-Aït Baha", "Inezgane-Aït Melloul", "Taroudant", "Tata", "Tiznit"]

#: True: holds; False: fails; None: not known; "confirm": an office must say.
Mark = bool | None | str


def both(a: bool | None, b: bool | None) -> bool | None:
    """Return whether both hold."""
    if a is False or b is False:
        return False
    return None if a is None or b is None else True


def either(a: bool | None, b: bool | None) -> bool | None:
    """Return whether one of them holds."""
    if a is True or b is True:
        return True
    return None if a is None or b is None else False


def least(value: float | None, limit: float) -> bool | None:
    """Return whether a value is at least the limit."""
    return None if value is None else value >= limit


def most(value: float | None, limit: float) -> bool | None:
    """Return whether a value is at most the limit."""
    return None if value is None else value <= limit


def under(value: float | None, limit: float) -> bool | None:
    """Return whether a value is below the limit."""
    return None if value is None else value < limit


def one_of(value: Any, *options: Any) -> bool | None:
    """Return whether a value is one of the options."""
    return None if value is None else value in options


def opposite(value: bool | None) -> bool | None:
    """Return the opposite."""
    return None if value is None else not value


def jobs_per_million(case: Case) -> float | None:
    """Return the stable jobs for each million dirhams."""
    jobs, investment = case.get("new_jobs"), case.get("investment")
    if jobs is None or investment is None or investment == 0:
        return None
    return float(jobs) / (float(investment) / 1_000_000)


def tpme(case: Case) -> dict[str, Mark]:
    """Return the marks of the enterprise scheme."""
    form, activity = case.get("legal_form"), case.get("activity")
    investment, own = case.get("investment"), case.get("own_funds")
    best = case.get("best_turnover")
    ratio = jobs_per_million(case)
    share = None if own is None or investment is None or investment == 0 else own / investment
    person: Mark = None
    if form is not None:
        person = True if form == "company" else "confirm" if form in ("cooperative", "gie", "association") else False
    branch: Mark = None
    if activity is not None:
        branch = (
            True
            if activity in ("craft_production", "tourism", "other_industry")
            else "confirm"
            if activity in ("craft_services", "other")
            else False
        )
    return {
        "legal_person": person,
        "turnover": either(both(least(best, 1_000_000), under(best, 200_000_000)), most(case.get("age_years"), 3)),
        "independent": opposite(case.get("held_by_large")),
        "no_public_partner": opposite(case.get("public_partner")),
        "investment_size": both(least(investment, 1_000_000), under(investment, 50_000_000)),
        "own_money": least(share, 0.10),
        "jobs": either(least(ratio, 1.5), both(least(ratio, 1), one_of(activity, "tourism"))),
        "branch": branch,
        "in_order": both(case.get("tax_in_order"), case.get("cnss_in_order")),
        "no_double": opposite(case.get("other_state_agreement")),
    }


def export_form(case: Case) -> Mark:
    """Return the mark of the legal form for export support."""
    form = case.get("legal_form")
    if form is None:
        return None
    return True if form in ("company", "cooperative") else "confirm" if form == "gie" else False


def power_export_first(case: Case) -> dict[str, Mark]:
    """Return the marks of first-time export support."""
    turnover, age = case.get("last_turnover"), case.get("age_years")
    craft = one_of(case.get("activity"), "craft_production")
    return {
        "form": export_form(case),
        "turnover": either(least(turnover, 2_000_000), both(least(turnover, 1_000_000), craft)),
        "age": None if age is None else "confirm" if age >= 2 else False,
        "first_time": opposite(case.get("exports_already")),
    }


def mourafaka_age(case: Case) -> Mark:
    """Return the mark of a new cooperative."""
    age = case.get("age_years")
    if age is None:
        return None
    return True if age <= 2 else "confirm" if age <= 4 else False


def conditions(case: Case) -> dict[str, dict[str, Mark]]:
    """Return the marks of every scheme."""
    form, activity, province = case.get("legal_form"), case.get("activity"), case.get("province")
    craft_maker = one_of(activity, "craft_production")
    registered = one_of(form, "individual", "auto_entrepreneur", "cooperative", "company", "gie")
    craftsman = one_of(activity, "craft_production", "craft_services")
    return {
        "tpme": tpme(case),
        "power_export_first": power_export_first(case),
        "power_export_existing": {"form": export_form(case), "exports_already": case.get("exports_already")},
        "mda_exporters": {"activity": craft_maker},
        "mda_excellence": {"activity": craft_maker, "craft": one_of(case.get("craft"), "carpets", "pottery")},
        "mda_aggregation": {"activity": craft_maker, "form": one_of(form, "company", "cooperative", "gie")},
        "intelaka": {
            "form": registered,
            "turnover": most(case.get("last_turnover"), 10_000_000),
            "age": either(most(case.get("age_years"), 5), case.get("exports_to_africa")),
        },
        "indh": {"form": one_of(form, "cooperative", "gie", "company")},
        "moazara": {"form": one_of(form, "association", "cooperative")},
        "mourafaka": {"form": one_of(form, "cooperative"), "age": mourafaka_age(case)},
        "tahfiz_niswa": {
            "form": one_of(form, "cooperative"),
            "women": case.get("mostly_women"),
            "region": one_of(province, *REGION_1, *REGION_2, *REGION_6, *REGION_9),
        },
        "nordev": {"region": one_of(province, *REGION_1), "form": registered},
        "rna_artisan": {
            "activity": craftsman,
            "training": either(case.get("craft_diploma"), least(case.get("practice_years"), 3)),
        },
        "rna_maalem": {"activity": craftsman, "practice": least(case.get("practice_years"), 10)},
    }


PUBLISHED = {"tpme", "rna_artisan", "rna_maalem"}


def verdict(scheme: str, marks: dict[str, Mark]) -> str:
    """Return the verdict of a scheme."""
    if any(mark is False for mark in marks.values()):
        return "not_eligible"
    if scheme in PUBLISHED and all(mark is True for mark in marks.values()):
        return "eligible"
    return "perhaps"


def estimate(case: Case, categories: dict[str, str]) -> tuple[float, float] | None:
    """Return the range in dirhams for `tpme`; `categories` gives each province's category."""
    investment = case.get("investment")
    if investment is None:
        return None
    ratio = jobs_per_million(case)
    if case.get("new_jobs") is None:
        jobs = (0, 10)
    elif ratio is None or ratio < 2:
        jobs = (0, 0)
    elif ratio <= 5:
        jobs = (5, 5)
    elif ratio <= 10:
        jobs = (7, 7)
    else:
        jobs = (10, 10)
    if case.get("province") is None:
        land = (0, 15)
    else:
        land = {"A": (10, 10), "B": (15, 15), "none": (0, 0)}[categories[case["province"]]]
    low = min(30, jobs[0] + land[0])
    high = min(30, jobs[1] + land[1] + 10)
    return investment * low / 100, investment * high / 100


def assessed(case: Case, categories: dict[str, str]) -> dict[str, dict[str, Any]]:
    """Return everything the guide says of a case but what is missing and what would change it."""
    found: dict[str, dict[str, Any]] = {}
    for scheme, marks in conditions(case).items():
        decided = verdict(scheme, marks)
        amount = estimate(case, categories) if scheme == "tpme" and decided != "not_eligible" else None
        found[scheme] = {
            "verdict": decided,
            "failed": [name for name, mark in marks.items() if mark is False],
            "unknown": [name for name, mark in marks.items() if mark is None],
            "confirm": [name for name, mark in marks.items() if mark == "confirm"],
            "estimate": amount,
        }
    return found
