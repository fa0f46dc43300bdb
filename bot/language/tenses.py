"""What there is, what is wished for, what is to come: «عندنا 6 خدامة» are no jobs that a project creates."""

from collections.abc import Iterator, Sequence
from typing import Final

from bot.language.folding import folded

#: Words of somebody who wants something.
_WISHING: Final = frozenset(
    folded(word)
    for word in (
        "بغيت بغينا باغي باغية باغيين باغين باغا كنبغي خاصني خصني خاصنا خصنا محتاج محتاجة محتاجين ناوي ناوين ناويين"
        " كنقلب كنقلبو أريد نريد أود نود أحتاج نحتاج أرغب نرغب bghit bghina baghi baghya baghyin khassni khasni khesni"
        " khassna khasna mohtaj mo7taj mo7taja kan9elleb nawi nawyin veux voudrais voulons voudrions souhaite"
        " souhaitons cherche cherchons besoin aimerais aimerions"
    ).split()
)


def wishes(plain: str) -> bool:
    """Return whether a folded message says that somebody wants something."""
    return any(map(_wishes, plain.split()))


def _wishes(word: str) -> bool:
    return word in _WISHING or word.removeprefix("و") in _WISHING


def is_wished(words: Sequence[str], at: int) -> bool:
    """Return whether the folded word at a place is what somebody wants to do, and not what they do: «بغينا نبيعو»."""
    return any(map(_wishes, words[max(0, at - 2) : at]))


def before_the_wish(plain: str) -> str:
    """Return what a folded message says before somebody wants something: «مقاول ذاتي» of «مقاول ذاتي بغيت نكبر»."""
    words = plain.split()
    at = next((at for at, word in enumerate(words) if word in _WISHING), 0)
    return " ".join(words[:at])


#: Words of what there is today, and of what is to come.
_TODAY: Final = frozenset(
    folded(word)
    for word in (
        "عندي عندنا فيها فينا معايا معانا معنا كاينين خدامين خدامات كيخدمو كتخدم حنا 3ndi 3ndna 3andi 3andna fiha"
        " m3aya m3ana khdamin khddamin kaykhdmo hna 7na ai avons a emploie employons emploies sommes actuellement"
        " aujourd travaillent"
    ).split()
)
_TO_COME: Final = frozenset(
    folded(word)
    for word in (
        "غادي غنزيد غنزيدو نزيد نزيدو زيادة نخلق نخلقو نشغل نشغلو نوظف نوظفو نخدم نخدمو جديد جديدة جداد جدد غنخدمو"
        " غنشغلو غنوظفو بغينا بغيت ghadi nzid nzido ghanzid ghanzido nkhdm nkhdmo jdad jdid bghina bghit ghankhdmo"
        " créer créera créerons crée embaucher embauche recruter recrute nouveaux nouveau nouvelles futurs"
        " prévoyons prévu ajouter va allons"
    ).split()
)


def is_of_today(text: str) -> bool:
    """Return whether a number in `text` is of what there is already, and of nothing to come: «عندنا 6 خدامة»."""
    words = set(folded(text).split())
    return not words.isdisjoint(_TODAY) and words.isdisjoint(_TO_COME)


#: What is said before that which is not yet there, besides a wish.
_GOING_TO: Final = frozenset(
    folded(word)
    for word in (
        "غادي غاديين ناوي ناوين باش كنفكرو كنوجدو سوف نعتزم نزيد نزيدو غنزيد غنزيدو يخلق نخلق نخلقو يقدر نقدر"
        " نقدرو ghadi ghadyin bach bash nzid nzido ghanzid ghanzido ykhle9 n9edro va vais allons afin"
        " permettra création créer créera embaucher recruter prévoyons"
    ).split()
)


def is_to_come(before: Sequence[str]) -> bool:
    """Return whether what follows these folded words is to come, the nearest of them telling: «باش نخدمو 5 عيالات»."""
    for word in reversed(before):
        bare = word.removeprefix("و")
        if _wishes(word) or not _GOING_TO.isdisjoint({word, bare}):
            return True
        if not _TODAY.isdisjoint({word, bare}):
            return False
    return False


#: How "I" and "we" begin what is to be done, and how others do: «ندير»، «يدير»، «تدير».
_PERSONS: Final = (("ن", ("ي", "ت")), ("n", ("y", "t")))


def of_others(form: str) -> Iterator[str]:
    """Yield what somebody wants to do as others want it: «يديرو» and «تديرو» of «نديرو»; nothing of a French form."""
    for own, others in _PERSONS:
        if form.startswith(own):
            yield from (other + form[len(own) :] for other in others)
