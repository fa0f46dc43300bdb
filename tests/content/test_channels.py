"""The content tried on Telegram and WhatsApp before anyone is sent it."""

import time
from datetime import date
from pathlib import Path

import pytest

from bot.content.channel_check import check_channels
from bot.content.channel_words import read_telegram, read_whatsapp
from bot.content.library import load
from bot.content.reading import Mistakes
from tests.program import ROOT, copied, told
from tests.spoiling import line_of, spoiled

_DAY = date(2026, 11, 23)


def _noted(root: Path) -> Mistakes:
    library, before = load(root, proving=False)
    assert library is not None, before.errors
    mistakes = Mistakes()
    of_telegram, of_whatsapp = read_telegram(root, mistakes), read_whatsapp(root, mistakes)
    assert of_telegram is not None
    assert of_whatsapp is not None
    start = time.process_time()
    check_channels(root, library, _DAY, (of_telegram, of_whatsapp), mistakes)
    assert time.process_time() - start < 1
    return mistakes


def test_everything_can_be_sent() -> None:
    """No text and no choice of the content loses anything on any channel."""
    assert _noted(ROOT).errors == []


def test_warnings_stand_on_lines_of_the_content() -> None:
    """What is less handy is told with the file and the line that it is written on, and each thing once."""
    mistakes = _noted(ROOT)
    for one in mistakes.warnings:
        assert one.where.line <= (ROOT / one.where.file).read_text("utf-8").count("\n") + 1
    assert len(set(mistakes.warnings)) == len(mistakes.warnings)


def test_labels_that_become_equal_are_mistakes(tmp_path: Path) -> None:
    """Two choices of one list that look the same once shortened keep the content from going live."""
    root = copied(tmp_path)
    # Without their short titles, both begin alike.
    for scheme in ("rna_artisan", "rna_maalem"):
        path = root / "flows" / scheme / "rules.yaml"
        lines = path.read_text("utf-8").splitlines(keepends=True)
        path.write_text("".join(line for line in lines if not line.startswith("short:")), "utf-8")
    said = told("check", root=root)
    assert said.status == 1
    for scheme in ("rna_artisan", "rna_maalem"):
        file = f"flows/{scheme}/rules.yaml"
        assert f"✗ {file}:{line_of(root, file, '  ar: التسجيل')}: WhatsApp" in said.out


@pytest.mark.parametrize(
    ("file", "old", "new", "names"),
    [
        ("flows/telegram.yaml", "share_location:", "share_locatoin:", "share_location"),
        ("flows/telegram.yaml", "  menu:", "  menus:", "menus"),
        ("flows/telegram.yaml", "ar: مشاركة موقعي الآن", "ar: مشاركة موقعي الآن مع الدليل حتى يجد المكتب الأقرب", "36"),
        ("flows/whatsapp.yaml", "ar: الاختيارات", "ar: الاختيارات الممكنة كلها", "20"),
        ("flows/whatsapp.yaml", "web_instead:", "web:", "web"),
    ],
)
def test_mistakes_in_the_words_of_a_channel(tmp_path: Path, file: str, old: str, new: str, names: str) -> None:
    """Mistakes in the words that only one channel needs are told with their line."""
    root = copied(tmp_path)
    line = spoiled(root, file, old, new)
    mistakes = Mistakes()
    (read_telegram if "telegram" in file else read_whatsapp)(root, mistakes)
    assert any(names in one.message for one in mistakes.errors)
    assert line in {one.where.line for one in mistakes.errors} or "share" in old
