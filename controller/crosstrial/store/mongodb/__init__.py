"""The store on MongoDB 4.4 or newer: one file for each kind of thing that is kept."""

from crosstrial.store.mongodb.store import MongoStore

__all__ = ["MongoStore"]
