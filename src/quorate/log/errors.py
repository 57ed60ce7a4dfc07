"""What can go wrong with a log: one class per failure, each saying what, where and what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from quorate.errors import QuorateError

if TYPE_CHECKING:
    from quorate.log.stores.base import Head


class Conflict(QuorateError):
    """The unit's head is no longer the one these entries continue; `expected` and `found` are its `Head`s."""

    def __init__(self, unit: str, expected: Head, found: Head) -> None:
        self.unit, self.expected, self.found = unit, expected, found
        super().__init__(
            f"the entries continue {expected.entry} ({expected.hash[:12]}), but the stream of the unit "
            f"ends with {found.entry} ({found.hash[:12]}).",
            where=unit,
            advice="The head has moved: read the unit again and retry.",
        )


class AlreadyDelivered(QuorateError):
    """The unit has received this document before; delivering it again changes nothing."""

    def __init__(self, unit: str, ref: str) -> None:
        self.unit, self.ref = unit, ref
        super().__init__(
            f"the document {ref} has been received already.",
            where=unit,
            advice="Nothing needs to be done: a document is delivered once.",
        )


class BrokenBatch(QuorateError):
    """The entries handed in could not stand in a log that verifies."""

    def __init__(self, entry: str, problem: str) -> None:
        super().__init__(problem, where=entry, advice="Nothing was stored; seal the entries anew.")


class SealedMissing(QuorateError):
    """An entry commits to sealed content that was neither given nor stored."""

    def __init__(self, entry: str, digest: str) -> None:
        super().__init__(
            f"its sealed content {digest[:12]} is not there.",
            where=entry,
            advice="Give the content with the entry.",
        )


class SealedMismatch(QuorateError):
    """Sealed content whose digest is another one, or that no entry of the batch commits to."""

    def __init__(self, digest: str, problem: str) -> None:
        super().__init__(problem, where=f"sealed {digest[:12]}", advice="Commit to the content anew.")


class NoStore(QuorateError):
    """There is no store at the place named."""

    def __init__(self, where: str) -> None:
        super().__init__("there is no record here.", where=where, advice="Check the name, or make one first.")


class NotALog(QuorateError):
    """The database is not one of ours, or of a version this program does not know."""

    def __init__(self, where: str, problem: str) -> None:
        super().__init__(problem, where=where, advice="Name the file of a Quorate record.")


class StoreCorrupt(QuorateError):
    """The stored bytes are damaged: the database says so, or an entry does not match its hash."""

    def __init__(self, where: str, problem: str) -> None:
        super().__init__(problem, where=where, advice="Restore the record from an export that verifies.")


class StoreLocked(QuorateError):
    """Another process kept the store locked for longer than this one waits."""

    def __init__(self, where: str, problem: str) -> None:
        super().__init__(problem, where=where, advice="Nothing was stored; try again when the other is done.")


class StoreReadOnly(QuorateError):
    """The store cannot be opened for writing."""

    def __init__(self, where: str, problem: str) -> None:
        super().__init__(problem, where=where, advice="Check that the folder is there and open to you.")


class StoreFull(QuorateError):
    """There is no room left for the store."""

    def __init__(self, where: str, problem: str) -> None:
        super().__init__(problem, where=where, advice="Nothing was stored; free some space and try again.")


class StoreFailed(QuorateError):
    """The database failed in some other way; whether the last change was stored is to be read from the head."""

    def __init__(self, where: str, problem: str) -> None:
        super().__init__(problem, where=where, advice="Open it again and read the heads first.")


class GroupLost(QuorateError):
    """The database undid a group of appends before its end, so none of it is stored."""

    def __init__(self, where: str) -> None:
        super().__init__("the group of appends was undone.", where=where, advice="Repeat the whole group.")


class DriverMissing(QuorateError):
    """The PostgreSQL driver is not installed."""

    def __init__(self, where: str) -> None:
        super().__init__(
            "the PostgreSQL driver is missing.",
            where=where,
            advice="Install it: pip install 'quorate[postgres]'.",
        )


class NotEmpty(QuorateError):
    """An import needs an empty store; this one has entries."""

    def __init__(self, unit: str) -> None:
        super().__init__(
            f"the store already holds entries, {unit} among them.", advice="Import into a new, empty record."
        )


class DoesNotVerify(QuorateError):
    """The file to import is not a whole and unchanged export."""

    def __init__(self, where: str, count: int, first: str) -> None:
        super().__init__(
            f"the file does not verify: {count} finding{'s' if count > 1 else ''}, the first: {first}",
            where=where,
            advice="Nothing was imported; see `quorate verify`.",
        )


class StaleCheckpoint(QuorateError):
    """The checkpoint signs other heads than the store's."""

    def __init__(self, origin: str, problem: str) -> None:
        super().__init__(problem, where=f"checkpoint of {origin}", advice="Take a new checkpoint of this store.")


class BadCheckpoint(QuorateError):
    """A text that is not a checkpoint."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem, where="checkpoint", advice="Give the line as it was written.")


class BadKey(QuorateError):
    """A key file that cannot be made, read, or kept to oneself."""

    def __init__(self, where: str, problem: str, advice: str) -> None:
        super().__init__(problem, where=where, advice=advice)
