"""How people say a fact, by register: money in dirhams, centimes and rials, years, counts, and the words of a bank."""

import csv
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests.jobs.talking import ROOT

MONEY = frozenset({"best_turnover", "last_turnover", "investment", "own_funds"})
YEARS = frozenset({"age_years", "practice_years"})
COUNTS = frozenset({"new_jobs"})
NUMBERS = MONEY | YEARS | COUNTS
CHOICES = frozenset({"legal_form", "activity", "craft"})
YES_NO = frozenset(
    {
        "held_by_large",
        "public_partner",
        "tax_in_order",
        "cnss_in_order",
        "other_state_agreement",
        "exports_already",
        "exports_to_africa",
        "mostly_women",
        "craft_diploma",
    }
)
FACTS = NUMBERS | CHOICES | YES_NO | {"province"}


@cache
def provinces() -> dict[str, dict[str, str]]:
    """Return the provinces by their French name, with `region`, `category` and `province_ar`."""
    with (ROOT / "flows" / "provinces.csv").open(encoding="utf-8") as file:
        return {row["province_fr"]: row for row in csv.DictReader(file)}


class Bank:
    """What people say, by register: a set's own words before the general ones; standard Arabic falls back on Darija."""

    def __init__(self, own: dict[str, Any]) -> None:
        path = Path(__file__).parent / "words.yaml"
        self._sources = (own, yaml.safe_load(path.read_text("utf-8")))

    def of(self, register: str, *keys: Any) -> list[Any]:
        """Return the ways to say what the keys lead to; empty when there are none."""
        for source in self._sources:
            for spoken in (register, "darija" if register == "msa" else register):
                words: Any = source.get(spoken) or {}
                for key in keys:
                    words = words.get(key) if isinstance(words, dict) else None
                if words:
                    return list(words)
        return []


def trimmed(number: float) -> str:
    """Return a number as people write it: 1.5, 300."""
    return f"{number:.2f}".rstrip("0").rstrip(".")


def _spaced(number: float, by: str) -> str:
    return f"{int(number):,}".replace(",", by)


def _of(register: str, arabic: list[str], latin: list[str], french: list[str]) -> list[str]:
    return {"arabizi": latin, "french": french}.get(register, arabic)


def money_said(dirhams: float, register: str) -> list[str]:
    """Return ways to say an amount in dirhams, round ones only where they are exact."""
    whole = int(dirhams)
    if whole == 0:
        return _of(register, ["والو", "0 درهم"], ["walo", "0 dh"], ["0 DH", "rien"])
    ar, lat = [f"{whole} درهم"], [f"{whole} dh"]
    fr = [f"{_spaced(whole, ' ')} DH", f"{whole} dirhams"]
    if whole >= 1000:
        ar.append(_spaced(whole, ".") + " درهم")
    if whole >= 1_000_000 and whole % 10_000 == 0:
        millions = trimmed(whole / 1e6)
        ar += [f"{millions} مليون درهم", f"{millions} مليون ديال الدرهم"]
        lat += [f"{millions} mlyoun dh", f"{millions} million dh", f"{millions} melyoun derhem"]
        comma = millions.replace(".", ",")
        fr += [f"{comma} million{'s' if whole >= 2_000_000 else ''} de dirhams", f"{comma} MDH"]
        if whole % 1_000_000 == 500_000:
            full = whole // 1_000_000
            ar.append(("مليون" if full == 1 else f"{full} مليون") + " ونص درهم")
            lat.append(("mlyoun" if full == 1 else f"{full} mlyoun") + " o noss dh")
            fr.append(f"{full} million{'s' if full > 1 else ''} et demi de dirhams")
    if whole < 1_000_000 and whole % 1000 == 0:
        thousands = whole // 1000
        ar += [f"{thousands} ألف درهم", f"{thousands} الف دالدرهم"]
        lat += [f"{thousands} alf dh", f"{thousands} alf derhem"]
        fr += [f"{thousands} mille dirhams", f"{thousands} 000 dh"]
    if whole % 10_000 == 0:
        centimes = whole // 10_000
        ar += [f"{centimes} مليون سنتيم", f"{centimes} مليون ديال السنتيم", f"{centimes} مليون"]
        lat += [f"{centimes} mlyoun centime", f"{centimes} mlyon d santim", f"{centimes} mlyoun"]
        fr += [f"{centimes} millions de centimes", f"{centimes} millions centimes", f"{centimes} millions"]
    if whole * 20 % 1_000_000 == 0 and whole < 1_000_000:
        ar.append(f"{whole * 20 // 1_000_000} مليون ريال")
    return _of(register, ar, lat, fr)


def years_said(years: float, register: str, bank: Bank, since: int | None = None) -> list[str]:
    """Return ways to say a number of years, with `since` also as the year it began."""
    number = trimmed(years)
    few = 2 < years <= 10  # three to ten are counted in the plural
    unit, latin_unit = ("سنين", "snin") if few else ("عام", "3am")
    ar, lat, fr = (
        [f"{number} {unit}", f"{number} {'سنوات' if few else 'سنة'}"],
        [f"{number} {latin_unit}"],
        [number + " ans"],
    )
    if years == 1:
        ar, lat, fr = ["عام", "عام واحد"], ["3am", "3am wa7d"], ["un an", "1 an"]
    if years == 2:
        ar, lat = ["عامين", "عاماين"], ["3amayn", "3amin"]
    if years % 1 == 0.5 and years < 3:
        ar = [("عام" if years < 2 else "عامين") + " ونص"]
        lat = ["3am o noss" if years < 2 else "3amayn o noss"]
        fr = [f"{int(years)} ans et demi"]
    spelled = bank.of(register, "year_numbers", int(years)) if years % 1 == 0 and years > 2 else []
    ar += [f"{word} {unit}" for word in spelled]
    lat += [f"{word} {latin_unit}" for word in spelled]
    fr += [f"{word} ans" for word in spelled]
    if since:
        ar += [f"من {since}", f"من عام {since}", f"بدينا ف {since}"]
        lat += [f"mn {since}", f"men 3am {since}", f"bdina f {since}"]
        fr += [f"depuis {since}", f"en {since}", f"créée en {since}"]
    return _of(register, ar, lat, fr)


def count_said(number: float, register: str, bank: Bank) -> list[str]:
    """Return ways to say a number of new jobs."""
    whole = int(number)
    if whole == 0:
        return _of(register, ["حتى واحد", "والو"], ["walo", "ta wa7d"], ["aucun", "zéro"])
    ar = [f"{whole}", f"{whole} ديال الناس", f"غادي نخدمو {whole}"]
    lat = [f"{whole}", f"{whole} dial nass", f"ghadi nkhdmo {whole}"]
    fr = [f"{whole}", f"{whole} postes", f"{whole} personnes"]
    return [*_of(register, ar, lat, fr), *bank.of(register, "numbers", whole)]


def plainly(fact: str, value: Any, *, french: bool) -> str:
    """Return a fact in words nobody could take otherwise."""
    if value is None:
        return "je ne sais pas" if french else "لا أعرف"
    if fact == "province":
        return provinces()[value]["province_fr" if french else "province_ar"]
    if fact in MONEY:
        return f"{int(value)} " + ("dirhams" if french else "درهم")
    if fact in YEARS:
        return f"{trimmed(value)} " + ("ans" if french else "سنة")
    if isinstance(value, bool):
        return ("oui" if value else "non") if french else ("نعم" if value else "لا")
    return str(int(value)) if isinstance(value, float) else str(value)
