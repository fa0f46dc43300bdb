"""What stands in the tables for platforms' ids, and for who asked a question: digests by the key of the store.

An id can hold a phone number. A digest tells two apart; without the key nobody can guess which number it is of.
"""

from hashlib import blake2b
from typing import Final

from sqlalchemy import Connection

#: The name, among the options of a connection, of the key of its store's digests.
DIGEST_KEY: Final = "dalil_digest_key"


def mark(connection: Connection, channel: str, external_id: str) -> bytes:
    """Return what an external id is kept as: told apart by it, not told by it, nor guessed without the key."""
    return keyed_mark(connection.get_execution_options()[DIGEST_KEY], channel, external_id)


def keyed_mark(key: bytes, channel: str, external_id: str) -> bytes:
    """Return the mark of an external id by a store's key."""
    plain = blake2b(f"{channel}\0{external_id}".encode("utf-8", "surrogatepass"), digest_size=16).digest()
    return rekeyed(key, plain)


def rekeyed(key: bytes, plain: bytes) -> bytes:
    """Return the mark of which an unkeyed digest is known, as releases before revision 0006 kept it."""
    return blake2b(plain, key=key, digest_size=16).digest()


def asker(connection: Connection, person: str) -> str:
    """Return what stands for a person beside what they asked: whoever has not the key cannot tell whose it is."""
    key = connection.get_execution_options()[DIGEST_KEY]
    return blake2b(person.encode(), key=key, person=b"asker", digest_size=16).hexdigest()
