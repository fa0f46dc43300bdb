"""The pages of the guide's own sentences: found by their words, changed in both languages side by side.

A sentence keeps its place and its names in braces; which names each needs is the check's to say.
"""

import asyncio
from collections.abc import Iterator, Mapping
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.responses import Response

from bot.content.files import Files, decoded, plain_text
from bot.content.reading import Mistakes, read_text
from bot.language.dates import moroccan_day
from bot.message import LANGUAGES, Text
from bot.staff.change_words import filled_name
from bot.staff.chips import Chip, chips, labels
from bot.staff.forms import base_of, braced_names, sentence_edits
from bot.staff.frame import Visit
from bot.staff.own_draft import OwnDraft

#: The files of sentences, by their names in `flows/`: each sentence stands at the top of its file, in every language.
FILES: Final = ("phrases", "page", "statements", "sheet", "poster", "whatsapp", "telegram")
_LONGEST_SEEK: Final = 200


class SentencePages(OwnDraft):
    """The answers to requests about the guide's sentences."""

    async def listed(self, visit: Visit) -> Response:
        """Show the sentences, those with a word where one is sought."""
        sought = visit.query("q").strip()[:_LONGEST_SEEK]
        files = await self._files(visit.who)

        def find() -> list[tuple[str, list[tuple[str, str]]]]:
            groups = []
            for file in FILES:
                found = [
                    (name, str(raw[visit.language]).strip())
                    for name, raw in _sentences(files, file)
                    if all(word in f"{name} {raw['ar']} {raw['fr']}".lower() for word in sought.lower().split())
                ]
                groups.append((file, found))
            return [group for group in groups if group[1]]

        groups = await asyncio.to_thread(find)
        return self._frame.page(visit, "sentences.html", sought=sought, groups=groups)

    async def sentence(self, visit: Visit) -> Response:
        """Show the form of a sentence."""
        file, name, raw = await self._asked(visit)
        return self._sentence(visit, file, name, raw, {f"answer_{one}": str(raw[one]).strip() for one in LANGUAGES})

    async def save(self, visit: Visit) -> Response:
        """Put what a form changes of a sentence into the clerk's draft."""
        file, name, raw = await self._asked(visit)
        given = {f"answer_{one}": visit.fields.get(f"answer_{one}", "") for one in LANGUAGES}
        if visit.fields.get("base") != base_of(raw):
            return self._sentence(visit, file, name, raw, given, 409, self._told(visit, "form_meanwhile"))
        return await self._take(
            visit,
            str(raw["ar"]).strip()[:80],
            lambda: list(sentence_edits(f"flows/{file}.yaml", name, raw, given, self._known(raw))),
            lambda told: self._sentence(visit, file, name, raw, given, 422, told),
        )

    async def _asked(self, visit: Visit) -> tuple[str, str, Mapping[str, Any]]:
        """Return the file, the name and what stands there of the sentence that is asked for."""
        file, name = visit.request.path_params["file"], visit.request.path_params["name"]
        raw = await self._raw(visit, f"flows/{file}.yaml", (name,)) if file in FILES else None
        if not isinstance(raw, dict) or not _is_sentence(raw):
            raise HTTPException(404)
        return file, name, raw

    def _known(self, raw: Mapping[str, Any]) -> list[str]:
        """Return the names that a sentence may have: its own, and where one of them is an amount every amount."""
        return [one.name for one in self._chips(raw)]

    def _chips(self, raw: Mapping[str, Any]) -> list[Chip]:
        own = braced_names(raw)
        offered = {one.name: one for one in chips(self._frame.parts.library(), moroccan_day(self._frame.parts.now()))}
        told = [
            offered.get(name) or Chip(name, filled_name(name) or Text(dict.fromkeys(LANGUAGES, name))) for name in own
        ]
        is_of_amounts = any(name in offered for name in own)
        return [*told, *(one for name, one in offered.items() if is_of_amounts and name not in own)]

    def _sentence(
        self,
        visit: Visit,
        file: str,
        name: str,
        raw: Mapping[str, Any],
        given: Mapping[str, str],
        status: int = 200,
        told: str = "",
    ) -> Response:
        offered = self._chips(raw)
        values: dict[str, Any] = {
            "file": file, "name": name, "given": given, "base": base_of(raw), "told": told,
            "chips": offered, "chip_labels": labels(offered),
        }  # fmt: skip
        return self._frame.page(visit, "sentence.html", status, **values)


def _sentences(files: Files, file: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the sentences of a file by their names, in the writer's order."""
    text = decoded(files.get(f"flows/{file}.yaml", b""))
    document = read_text("", plain_text(text), Mistakes()) if text is not None else None
    if document is not None and isinstance(document.value, dict):
        yield from ((str(name), raw) for name, raw in document.value.items() if _is_sentence(raw))


def _is_sentence(raw: Any) -> bool:
    return isinstance(raw, dict) and all(isinstance(raw.get(language), str) for language in LANGUAGES)
