"""How long publishing takes, from the button to what people hear: `python -m bench.publishing`.

Each of four edits is looked at as the staff room does it, in a process of its own, with the release that is live kept
ready, all gold questions and 1,000 past ones; then it is published, and a running guide looks at its files. Told are
seconds of the processor, those of processes that were started among them, and seconds on the wall.
"""

import os
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

from bench import machine
from bot.commands.serving import _channel_words
from bot.content.files import Files, files_read
from bot.content.keeping import FolderKeep
from bot.content.reading import Mistakes
from bot.content.releases import Shelf
from bot.language.dates import moroccan_day
from bot.staff.drafts import Drafts, applied_draft
from bot.staff.editing import AddItem, Edit, SetValue, value_at
from bot.staff.examination import Examination, examined_apart
from bot.staff.gold import gold_beside
from bot.staff.publishing import History
from bot.staff.ready import ReadyReleases
from bot.staff.replay import PastQuestion
from tests.program import ROOT, copied

T = TypeVar("T")
_QUESTIONS = 1_000
_OFFICES, _RULES, _EXPORT = "flows/offices.yaml", "flows/indh/rules.yaml", "faq/export.yaml"
_ANSWER = ("export.support-rate", "answer", "ar")


def _edits(said: str) -> dict[str, Edit]:
    return {
        "a telephone": SetValue(_OFFICES, ("brce-2", "phone"), "05 36 00 00 00"),
        "a sentence of an answer": SetValue(_EXPORT, _ANSWER, said.replace("مساهمة", "مشاركة")),
        "a phrasing": AddItem(
            _EXPORT, ("export.support-rate", "phrasings", "darija"), "شحال كيعطيو ف الميزان ديال البرا"
        ),
        "a second phrasing": AddItem(
            _EXPORT, ("export.support-rate", "phrasings", "darija"), "اش حال كيخلصو علينا ف المعرض لي فالخارج"
        ),
        "an amount": SetValue(_RULES, ("amounts", "indh_most_support", "from", "2027-01-01"), 120_000),
    }


def _nothing(_before: Files, _after: Files) -> Mistakes:
    """Find nothing: it was looked at already."""
    return Mistakes()


def _measured(what: str, work: Callable[[], T]) -> T:
    """Print what some work took of the processor, with the processes it started, and on the wall."""
    before, wall = os.times(), time.perf_counter()
    done = work()
    after = os.times()
    machine.line(what, "s", sum(after[:4]) - sum(before[:4]), time.perf_counter() - wall)
    return done


def main() -> None:
    """Print what each edit takes, beside the reference loop."""
    gold = gold_beside(ROOT)
    questions = [PastQuestion(one.text + " عفاك") for one in gold[:_QUESTIONS]]
    now = datetime.now(UTC)
    today = moroccan_day(now)
    print(f"reference loop: {machine.reference():.2f} s; gold questions: {len(gold)}")
    machine.head()
    with tempfile.TemporaryDirectory() as folder:
        root = copied(Path(folder), is_ready=True)
        keep, staff = FolderKeep(root / "var"), root / "var" / "staff"
        drafts, ready = Drafts(staff), ReadyReleases(keep, staff)
        history = History(root, staff, ready.hand_over)
        shelf = Shelf(root, keep, _channel_words)
        said = str(value_at((root / _EXPORT).read_bytes(), _ANSWER))
        for name, edit in _edits(said).items():
            number = drafts.begin("fatima", "a measurement", now).number
            drafts.add(number, files_read(root), [edit])
            draft, before = drafts.get(number), files_read(root)
            after = applied_draft(before, draft)

            def looked_at(before: Files = before, after: Files = after) -> Examination:
                kept, figured = ready.of(before, after), ready.figured()
                found = examined_apart(before, after, today, questions, gold, kept=kept, figured=figured)
                ready.remember(found.figured)
                if found.made is not None:
                    ready.put(after, found.made)
                return found

            found = _measured(f"{name}: looked at, with all checks", looked_at)
            assert not found.errors, found.errors
            publishing = partial(history.publish, drafts.approve(number, "said"), "said", now, _nothing)
            release = _measured(f"{name}: published", publishing)
            _measured(f"{name}: taken up by the running guide", shelf.look)
            assert shelf.is_current
            assert shelf.library.release == release.release
            drafts.drop(number)
    print(f"reference loop: {machine.reference():.2f} s")


if __name__ == "__main__":
    main()
