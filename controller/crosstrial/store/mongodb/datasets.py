"""Data sets on MongoDB: a file in GridFS, claimed for its digest by one insert."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from gridfs import GridFSBucket
from gridfs.errors import CorruptGridFile, NoFile
from pymongo.errors import OperationFailure

from crosstrial.domain.record import SCHEMA_VERSION, Record, utc
from crosstrial.store.documents import from_stored
from crosstrial.store.files import BLOCK_BYTES, damaged, unknown, write_checked
from crosstrial.store.mongodb.errors import translated
from crosstrial.store.mongodb.part import Part, claim


class StoredFile(Record):
    """Where a data set's file is, and what it must be."""

    file: str
    sha256: str
    bytes: int
    created: datetime


class DataSets(Part):
    """The collection `datasets`, keyed by digest, and its files beside it."""

    @translated
    def put_dataset(self, digest: str, path: Path) -> None:
        """See `Store`.

        An upload that was cut off leaves a file that no document names; so does one that
        another was faster than, by a user who may not delete.
        """
        if self.has_dataset(digest):
            return
        file = secrets.token_hex(12)
        stored = StoredFile(
            file=file,
            sha256=self._upload(file, digest, path),
            bytes=path.stat().st_size,
            created=utc(datetime.now(UTC)),
        )
        document = {"_id": digest, "schema": SCHEMA_VERSION, **stored.to_document()}
        if not claim(self._datasets, document):
            with suppress(OperationFailure):
                self._files.delete(file)

    @translated
    def has_dataset(self, digest: str) -> bool:
        """See `Store`."""
        return self._datasets.find_one({"_id": digest}, {"_id": 1}) is not None

    @translated
    def get_dataset(self, digest: str, path: Path) -> None:
        """See `Store`."""
        found = self._datasets.find_one({"_id": digest})
        if found is None:
            raise unknown(digest)
        stored = from_stored(StoredFile, found)
        try:
            write_checked(path, self._blocks(stored.file), digest=digest, sha256=stored.sha256)
        except (NoFile, CorruptGridFile) as error:
            raise damaged(digest, str(error)) from error

    def _upload(self, file: str, name: str, path: Path) -> str:
        """Write a file in blocks, each in its own bounded time, and return its sha256."""
        hashed = hashlib.sha256()
        with (
            path.open("rb") as source,
            self._files.open_upload_stream_with_id(file, name) as target,
        ):
            while block := source.read(BLOCK_BYTES):
                hashed.update(block)
                target.write(block)
        return hashed.hexdigest()

    def _blocks(self, file: str) -> Iterator[bytes]:
        with self._files.open_download_stream(file) as stream:
            while block := stream.read(BLOCK_BYTES):
                yield block

    @property
    def _files(self) -> GridFSBucket:
        return GridFSBucket(self._database, "datasets")
