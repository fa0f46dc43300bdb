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
REGION_3 = ["Boulemane", "El Hajeb", "Fès", "Ifrane", "Meknès", "Moulay Yacoub", "Sefrou", "Taounate", "Taza"]
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


def turnovers(case: Case) -> tuple[float | None, float | None]:
    """Return the best and the last yearly turnover; of two that contradict each other the larger is the best."""
    best, last = case.get("best_turnover"), case.get("last_turnover")
    if best is not None and last is not None and last > best:
        best = last
    return best, last


def listed(value: str | None, yes: str, confirm: str = "") -> Mark:
    """Return the mark of a choice by the lists of what is named and what an office confirms."""
    if value is None:
        return None
    return True if value in yes.split() else "confirm" if value in confirm.split() else False


def age(case: Case) -> float | None:
    """Return the age of the enterprise; who has nothing registered has none."""
    return None if case.get("legal_form") == "none" else case.get("age_years")


def tpme_turnover(case: Case) -> bool | None:
    """Return whether the enterprise is young or had one year between one and two hundred million."""
    best, last = turnovers(case)
    if any(year is not None and 1_000_000 <= year < 200_000_000 for year in (best, last)):
        year_between: bool | None = True
    else:
        year_between = False if best is not None and best < 1_000_000 else None
    return either(year_between, most(age(case), 3))


def own_money(case: Case) -> bool | None:
    """Return whether a tenth of the project is the person's own; unknown with a part unknown or a cost of nothing."""
    own, investment = case.get("own_funds"), case.get("investment")
    return None if own is None or not investment else own * 10 >= investment


def enough_jobs(case: Case) -> bool | None:
    """Return whether there are three jobs for two million dirhams, or one for a million in tourism."""
    jobs, investment = case.get("new_jobs"), case.get("investment")
    if jobs is None or not investment:
        return None
    if jobs * 2_000_000 >= 3 * investment:
        return True
    return both(jobs * 1_000_000 >= investment, one_of(case.get("activity"), "tourism"))


def tpme(case: Case) -> dict[str, Mark]:
    """Return the marks of the enterprise scheme."""
    investment = case.get("investment")
    everything_but_trade = "craft_production craft_services tourism other_industry agriculture other"
    return {
        "legal_person": listed(case.get("legal_form"), "company", "cooperative gie association"),
        "turnover": tpme_turnover(case),
        "independent": opposite(case.get("held_by_large")),
        "no_public_partner": opposite(case.get("public_partner")),
        "investment_size": both(least(investment, 1_000_000), under(investment, 50_000_000)),
        "own_money": own_money(case),
        "jobs": enough_jobs(case),
        "branch": listed(case.get("activity"), "", everything_but_trade),
        "in_order": both(case.get("tax_in_order"), case.get("cnss_in_order")),
        "no_double": opposite(case.get("other_state_agreement")),
    }


def export_form(case: Case) -> Mark:
    """Return the mark of the legal form for export support: no text refuses one."""
    form = case.get("legal_form")
    return listed(form, "company cooperative", "none individual auto_entrepreneur gie association")


def export_turnover(case: Case) -> Mark:
    """Return the mark of the turnover: last year may make it sure, the best year leaves it to the office or decides."""
    best, last = turnovers(case)
    activity = case.get("activity")
    if last is not None and (last >= 2_000_000 or (last >= 1_000_000 and activity == "craft_production")):
        return True
    reached = last if best is None else best
    enough = 1_000_000 if activity in ("craft_production", "craft_services") else 2_000_000
    if reached is not None and reached >= enough:
        return "confirm"
    if best is None or (activity is None and best >= 1_000_000):
        return None
    return False


def power_export_first(case: Case) -> dict[str, Mark]:
    """Return the marks of first-time export support."""
    exports = case.get("exports_already")
    return {
        "form": export_form(case),
        "turnover": export_turnover(case),
        "age": "confirm",
        "first_time": None if exports is None else "confirm" if exports else True,
    }


def intelaka(case: Case) -> dict[str, Mark]:
    """Return the marks of the guaranteed credit."""
    best, last = turnovers(case)
    form = case.get("legal_form")
    if last is None:
        small = True if form == "none" or (best is not None and best <= 10_000_000) else None
    else:
        small = last <= 10_000_000
    young = either(most(age(case), 5), case.get("exports_to_africa"))
    return {
        "form": listed(form, "individual auto_entrepreneur cooperative company", "none gie association"),
        "turnover": small,
        "age": True if form == "none" else young,
    }


def moazara_form(form: str | None, province: str | None) -> Mark:
    """Return the mark of an association, or of a cooperative in one of the regions of 2024."""
    if form == "cooperative" and province not in [*REGION_1, *REGION_2, *REGION_3]:
        return "confirm"
    return listed(form, "association cooperative")


def mourafaka_age(case: Case) -> Mark:
    """Return the mark of a new cooperative."""
    years = age(case)
    if years is None:
        return None
    return True if years <= 2 else "confirm" if years <= 4 else False


def conditions(case: Case) -> dict[str, dict[str, Mark]]:
    """Return the marks of every scheme."""
    form, activity, province = case.get("legal_form"), case.get("activity"), case.get("province")
    maker = listed(activity, "craft_production", "craft_services trade_only other")
    practised = listed(activity, "craft_production craft_services", "other")
    crafts = "leather clothing wood metal jewellery basketry stone_zellige other"
    registered = "auto_entrepreneur individual cooperative company"
    return {
        "tpme": tpme(case),
        "power_export_first": power_export_first(case),
        "power_export_existing": {"form": export_form(case), "exports_already": case.get("exports_already")},
        "mda_exporters": {"activity": maker},
        "mda_excellence": {"activity": maker, "craft": listed(case.get("craft"), "carpets pottery", crafts)},
        "mda_aggregation": {
            "activity": maker,
            "form": listed(form, "company cooperative gie", "none individual auto_entrepreneur association"),
        },
        "intelaka": intelaka(case),
        "indh": {"form": listed(form, "cooperative gie company", "association auto_entrepreneur individual none")},
        "moazara": {"form": moazara_form(form, province)},
        "mourafaka": {"form": one_of(form, "cooperative"), "age": mourafaka_age(case)},
        "tahfiz_niswa": {
            "form": listed(form, "cooperative", "none individual auto_entrepreneur"),
            "women": case.get("mostly_women"),
            "region": one_of(province, *REGION_1, *REGION_2, *REGION_6, *REGION_9),
        },
        "nordev": {"region": one_of(province, *REGION_1), "form": listed(form, registered, "none gie association")},
        "rna_artisan": {
            "activity": practised,
            "training": either(case.get("craft_diploma"), least(case.get("practice_years"), 3)),
        },
        "rna_maalem": {
            "activity": practised,
            "practice": least(case.get("practice_years"), 10),
            "attestation": "confirm",
        },
        "rna_cooperative": {"form": one_of(form, "cooperative"), "activity": practised},
        "rna_enterprise": {
            "form": listed(form, "company individual auto_entrepreneur", "gie"),
            "activity": practised,
            "supervised": "confirm",
        },
    }


PUBLISHED = {"rna_artisan", "rna_cooperative"}


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
    jobs_created = case.get("new_jobs")
    if jobs_created is None:
        jobs = (0, 10)
    elif jobs_created * 1_000_000 < 2 * investment:
        jobs = (0, 0)
    elif jobs_created * 1_000_000 <= 5 * investment:
        jobs = (5, 5)
    elif jobs_created * 1_000_000 <= 10 * investment:
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
