"""What the web page shows is sent when it is kept: no second commit says so."""

from sqlalchemy import select

from bot.message import PersonId, Reply
from bot.storage import Store, figures
from bot.storage.outbox import ADD_REPLY, due, reply_row, sent_at_once
from bot.storage.tables import encoded, outbox

_NOW = 1_795_424_400.0


async def test_a_reply_on_the_page_is_sent_by_being_kept(store: Store) -> None:
    """It waits for nobody to send it, keeps no address, and counts as a reply; one to a platform waits."""
    rows = [
        reply_row(PersonId(channel), (channel, "address"), encoded(Reply("مرحبا")), 1, _NOW)
        for channel in ("web", "telegram")
    ]
    await store.write(lambda connection: ADD_REPLY.run(connection, rows))
    kept = await store.read(lambda connection: connection.execute(select(outbox).order_by(outbox.c.id)).all())
    assert [(row.state, row.address, row.sent_at) for row in kept] == [("sent", "", _NOW), ("waiting", "address", None)]
    assert await store.read(lambda connection: due(connection, "web", (), 9, _NOW)) == []
    assert sent_at_once(rows, "2026-11-23") == {("2026-11-23", "reply", "web"): 1}
    assert await store.read(lambda connection: figures(connection, "2026-11-23", "2026-11-23")) == {}
