"""The pages of notices and posts: who wants what, writing, seeing what it will be, sending, stopping.

Nothing is sent that was not seen before as each channel writes it, with whom it reaches and what it costs. What is
proposed when rules change waits here for somebody's decision, which the audit keeps.
"""

import json
import re
from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from starlette.responses import RedirectResponse, Response

from bot.channels.printing import Addresses, Poster, coming_stations, post, read_poster_words
from bot.channels.text import needed
from bot.language.dates import moroccan_day
from bot.language.wording import day
from bot.message import LANGUAGES, Language
from bot.staff.frame import Frame, Visit
from bot.staff.notices import LONGEST, NoticeFault, fault_of, replies
from bot.staff.preview import Preview
from bot.storage.notices import (
    Notice,
    NoticePlan,
    begin,
    confirm,
    count_lines,
    notice_marked,
    notice_of,
    notices,
    outcomes,
    planned,
    turn_to,
    wanted_topics,
)
from bot.storage.staff import note

#: What a form is sent once by.
_KEY: Final = re.compile("[0-9a-f]{32}")
#: By what those who come by a post are counted.
_MARK: Final = re.compile("[a-z0-9]{1,20}")
_NUMBER: Final = re.compile(r"\+?[0-9][0-9 ().-]{7,19}")
_BOT: Final = re.compile("@?[A-Za-z][A-Za-z0-9_]{3,31}")


class NoticePages:
    """The answers to requests about notices."""

    def __init__(self, frame: Frame) -> None:
        """Take the frame of the pages."""
        self._frame = frame
        self._preview = Preview(frame.parts.root)

    async def listed(self, visit: Visit) -> Response:
        """Show who wants what, what is proposed, and what was sent."""
        topics, all_notices = await self._frame.parts.store.read(lambda at: (wanted_topics(at), notices(at)))
        values: dict[str, Any] = {
            "topics": [(topic, self._titled(topic, visit.language), people) for topic, people in topics.items()],
            "proposed": [one for one in all_notices if one.state == "proposed"],
            "notices": [one for one in all_notices if one.state not in {"proposed", "dropped"}],
            "titled": lambda topic: self._titled(topic, visit.language),
        }
        return self._frame.page(visit, "notices.html", **values)

    async def new(self, visit: Visit) -> Response:
        """Show the form in which a notice is written."""
        topic = visit.query("topic")[:60]
        given = {f"words_{language}": words for language, words in self._begun(topic).items()}
        return self._form(visit, topic, given)

    def _begun(self, topic: str) -> Mapping[Language, str]:
        """Return with which words a notice begins: the coming station's, where its day is known."""
        kind, _, region = topic.partition(":")
        library, on = self._frame.parts.library(), moroccan_day(self._frame.parts.now())
        if kind != "caravan" or not region.isdecimal():
            return {}
        for station in coming_stations(int(region), library, on):
            if station.on is not None:
                words = library.phrases.station_next.filled(city=station.city, date=day(station.on))
                return {language: words.of(language) for language in LANGUAGES}
        return {}

    def _form(
        self,
        visit: Visit,
        topic: str,
        given: Mapping[str, str],
        status: int = 200,
        told: str = "",
        notice: Notice | None = None,
        **more: Any,
    ) -> Response:
        library = self._frame.parts.library()
        topics = [f"caravan:{region}" for region in range(1, 13)] + [f"scheme:{name}" for name in library.schemes]
        values: dict[str, Any] = {
            "topic": topic,
            "topics": [(one, self._titled(one, visit.language)) for one in topics],
            "title": self._titled(topic, visit.language),
            "given": given,
            "told": told,
            "notice": notice,
            "why": _why(notice, visit.language),
            "longest": LONGEST,
            "lines": 0,
            "plan": None,
            **more,
        }
        return self._frame.page(visit, "notice_form.html", status, here="/staff/notices", **values)

    async def preview(self, visit: Visit) -> Response:
        """Show a notice as each channel writes it, whom it reaches and what it costs, with what sends it."""
        topic, wordings = _written(visit.fields)
        notice = await self._proposal(visit.fields)
        topic = notice.topic if notice is not None else topic
        library = self._frame.parts.library()
        fault = fault_of(topic, wordings.values(), library, moroccan_day(self._frame.parts.now()))
        if fault is not None:
            return self._form(visit, topic, visit.fields, 422, _word(fault), notice)
        number, narrow = (notice.id if notice else 0), "narrow" in visit.fields
        plan = await self._frame.parts.store.read(
            partial(planned, topic=topic, now=visit.now, notice=number, narrow=narrow)
        )
        lines = await self._frame.parts.store.read(partial(count_lines, notice=notice)) if notice else 0
        drawn = [
            (language, self._preview.views(reply)) for language, reply in replies(topic, wordings, library).items()
        ]
        return self._form(
            visit, topic, visit.fields, 200, "", notice, plan=plan, cost=self._cost(plan), drawn=drawn, lines=lines
        )

    def _cost(self, plan: NoticePlan) -> tuple[float, str] | None:
        """Return what a notice costs on WhatsApp at most, were no message of the month free; None where it is off."""
        tariff, people = self._frame.parts.tariff, plan.by_channel.get("whatsapp", 0)
        return None if tariff is None or not people else ((people + plan.by_template) * tariff.price, tariff.currency)

    async def _proposal(self, fields: Mapping[str, str]) -> Notice | None:
        told = fields.get("notice", "")
        if not told.isdecimal() or len(told) > 12:
            return None
        found = await self._frame.parts.store.read(partial(notice_of, number=int(told)))
        return found if found is not None and found.state == "proposed" else None

    async def send(self, visit: Visit) -> Response:
        """Have a notice sent that was seen before: written here, or proposed and confirmed here."""
        fields = visit.fields
        topic, wordings = _written(fields)
        notice, key = await self._proposal(fields), fields.get("key", "")
        if fields.get("notice") and notice is None:
            return self._frame.notice(visit, "notice_decided", 409, "/staff/notices")
        topic = notice.topic if notice is not None else topic
        on = moroccan_day(self._frame.parts.now())
        fault = fault_of(topic, wordings.values(), self._frame.parts.library(), on)
        if fault is not None or not _KEY.fullmatch(key):
            return self._form(visit, topic, fields, 422, _word(fault), notice)

        def decided(at: Any) -> int | None:
            if notice is not None:
                if not confirm(at, notice.id, wordings, visit.who, is_narrow="narrow" in fields):
                    return None
                number = notice.id
            else:
                if (sent := notice_marked(at, key)) is not None:
                    # The second click.
                    return sent.id
                number = begin(at, topic, wordings, visit.now, state="sending", by=visit.who, mark=key).id
            note(at, visit.who, "notice_sent", f"{number} {topic}", visit.now)
            return number

        number = await self._frame.parts.store.write(decided)
        if number is None:
            return self._frame.notice(visit, "notice_decided", 409, "/staff/notices")
        return RedirectResponse(f"/staff/notices/{number}", 303)

    async def notice(self, visit: Visit) -> Response:
        """Show where a notice stands; a proposal as a form."""
        number = visit.number()
        found = await self._frame.parts.store.read(partial(notice_of, number=number))
        if found is None or found.state == "dropped":
            return self._frame.notice(visit, "notice_gone", 404, "/staff/notices")
        if found.state == "proposed":
            lines = await self._frame.parts.store.read(partial(count_lines, notice=found))
            given = {f"words_{language}": words for language, words in found.wordings.items()}
            return self._form(visit, found.topic, given, 200, "", found, lines=lines)
        had, plan = await self._frame.parts.store.read(
            lambda at: (
                outcomes(at, number),
                planned(at, found.topic, visit.now, notice=number, narrow=found.is_narrow),
            )
        )
        values: dict[str, Any] = {
            "notice": found,
            "title": self._titled(found.topic, visit.language),
            "had": had,
            "left": 0 if found.state == "sent" else sum(plan.by_channel.values()) + plan.unreachable,
        }
        template = "notice_state.html" if visit.is_part else "notice_sent.html"
        return self._frame.page(visit, template, **values)

    async def stop(self, visit: Visit) -> Response:
        """Stop a notice; what has left its channel cannot be taken back."""
        return await self._turned(visit, "stopped", ("sending", "begun"), "notice_stopped")

    async def go_on(self, visit: Visit) -> Response:
        """Go on with a notice that was stopped, or that a command began and did not end."""
        return await self._turned(visit, "sending", ("stopped", "begun"), "notice_went_on")

    async def drop(self, visit: Visit) -> Response:
        """Tell nobody what was proposed."""
        return await self._turned(visit, "dropped", ("proposed",), "notice_dropped")

    async def _turned(self, visit: Visit, state: Any, before: Any, did: str) -> Response:
        number = visit.number()

        def turned(at: Any) -> bool:
            is_turned = turn_to(at, number, state, before=before)
            if is_turned:
                note(at, visit.who, did, str(number), visit.now)
            return is_turned

        if not await self._frame.parts.store.write(turned):
            return self._frame.notice(visit, "notice_decided", 409, "/staff/notices")
        return RedirectResponse("/staff/notices" if state == "dropped" else f"/staff/notices/{number}", 303)

    def _titled(self, topic: str, language: Language) -> str:
        """Return what a topic is called."""
        library, words = self._frame.parts.library(), self._frame.words(language)
        kind, _, name = topic.partition(":")
        if kind == "caravan" and name.isdecimal() and 1 <= int(name) <= 12:
            return words["topic_caravan"].replace("{region}", library.gazetteer.region(int(name)).name.of(language))
        if kind == "scheme" and name in library.schemes:
            return library.schemes[name].title.of(language)
        return topic

    # Posts

    async def post(self, visit: Visit) -> Response:
        """Write a post for a channel of WhatsApp or Telegram, with links whose word opens the right flow."""
        library, language = self._frame.parts.library(), visit.language
        given = {name: visit.query(name).strip()[:80] for name in ("opens", "mark", "whatsapp", "telegram", "station")}
        regions = [(f"r{number}", library.gazetteer.region(number).name.of(language)) for number in range(1, 13)]
        flows = [(name, flow.title.of(language)) for name, flow in library.flows.items()]
        told, texts = self._posted(given) if given["opens"] else ("", {})
        values: dict[str, Any] = {
            "given": given, "regions": regions, "flows": flows, "told": told, "texts": texts,
            "site": self._frame.parts.site,
            "door": f"{given['opens']}-{given['mark'].lower()}",
        }  # fmt: skip
        return self._frame.page(visit, "post.html", 422 if told else 200, here="/staff/notices", **values)

    def _posted(self, given: Mapping[str, str]) -> tuple[str, dict[Language, str]]:
        """Return the word of what is wrong, else the post in each language."""
        library, mark, opens = self._frame.parts.library(), given["mark"].lower(), given["opens"]
        region = int(opens[1:]) if re.fullmatch("r([1-9]|1[0-2])", opens) else 0
        if not region and opens not in library.flows:
            return "post_opens", {}
        if not _MARK.fullmatch(mark):
            return "post_mark", {}
        if given["whatsapp"] and not _NUMBER.fullmatch(given["whatsapp"]):
            return "post_number", {}
        if given["telegram"] and not _BOT.fullmatch(given["telegram"]):
            return "post_bot", {}
        addresses = Addresses(given["whatsapp"], given["telegram"], self._frame.parts.site)
        if addresses.are_none:
            return "post_nowhere", {}
        words = needed(read_poster_words, self._frame.parts.root)
        made = Poster(region, mark, flow="" if region else opens)
        return "", {language: post(made, addresses, words, library, language) for language in LANGUAGES}


def _written(fields: Mapping[str, str]) -> tuple[str, dict[Language, str]]:
    """Return the topic and the words of a form."""
    words: dict[Language, str] = {one: fields.get(f"words_{one}", "").replace("\r\n", "\n") for one in LANGUAGES}
    return fields.get("topic", "")[:60], words


def _why(notice: Notice | None, language: Language) -> list[str]:
    """Return what has changed, of a proposal."""
    told = json.loads(notice.why).get(language, []) if notice is not None and notice.why else []
    return [str(line) for line in told]


def _word(fault: NoticeFault | None) -> str:
    """Return the word of what is wrong with a notice; without a fault, its form was none of ours."""
    return "notice_again" if fault is None else "notice_topic_fault" if fault == "topic" else f"notice_{fault}"
