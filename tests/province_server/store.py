"""省平台存什么：流水（按收到的先后）、用过的随机数、要交办的。只用标准库，不碰门户的代码。"""

import json
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

SCHEMA = """
create table if not exists steps (
    arrival integer primary key, case_number text, sequence integer, key text, body text,
    receipt_number text, received_at text
);
create index if not exists steps_key on steps (key);
create index if not exists steps_case on steps (case_number);
create table if not exists nonces (nonce text primary key);
create table if not exists handed (id integer primary key, item text);
create table if not exists tampered (case_number text primary key, fields text);
"""


class Store:
    """一把锁、一个文件。"""

    def __init__(self, path: Path) -> None:
        self.lock = threading.Lock()
        self.path = path
        with closing(self._open()) as db:
            db.executescript("pragma journal_mode=wal;" + SCHEMA)

    def _open(self):
        db = sqlite3.connect(self.path, timeout=20)
        db.execute("pragma synchronous=off")  # it stands for a big machine; the disk is not what is tested
        return db

    def is_new_nonce(self, nonce: str) -> bool:
        with self.lock, closing(self._open()) as db, db:
            return db.execute("insert or ignore into nonces values (?)", (nonce,)).rowcount == 1

    def keep(self, key: str, body: str, at: str):
        """(状态码, 回执或不收的理由)；同一个键只记一次。"""
        said = json.loads(body)
        with self.lock, closing(self._open()) as db, db:
            known = db.execute("select body, receipt_number, received_at from steps where key = ?", (key,)).fetchone()
            if known:
                same = known[0] == body
                receipt = {"receipt_number": known[1], "received_at": known[2]}
                return (200, receipt) if same else (409, {"message": "同一个键，内容不同", **receipt})
            row = (said["case_number"], said["sequence"], key, body, at)
            arrival = db.execute(
                "insert into steps (case_number, sequence, key, body, received_at) values (?, ?, ?, ?, ?)", row
            ).lastrowid
            number = f"豫企收{arrival:08d}"
            db.execute("update steps set receipt_number = ? where arrival = ?", (number, arrival))
            return 201, {"receipt_number": number, "received_at": at}

    def copies(self, numbers):
        with closing(self._open()) as db:
            made = []
            for number in numbers:
                rows = db.execute(
                    "select sequence, key, receipt_number, received_at, body from steps where case_number = ? order by arrival",
                    (number,),
                ).fetchall()
                if rows:
                    newest = max(rows, key=lambda row: row[0])
                    other = db.execute("select fields from tampered where case_number = ?", (number,)).fetchone()
                    fields = json.loads(newest[4])["fields"] | (json.loads(other[0]) if other else {})
                    names = ("sequence", "key", "receipt_number", "received_at")
                    steps = [dict(zip(names, row[:4], strict=True)) for row in rows]
                    made.append({"case_number": number, "fields": fields, "steps": steps})
            return made

    def handed(self, after: int, most: int = 20):
        with closing(self._open()) as db:
            rows = db.execute("select id, item from handed where id > ? order by id limit ?", (after, most)).fetchall()
            return [json.loads(item) for _, item in rows], rows[-1][0] if rows else after

    def hand_down(self, item) -> None:
        with self.lock, closing(self._open()) as db, db:
            db.execute("insert into handed (item) values (?)", (json.dumps(item),))

    def tamper(self, number: str, fields) -> None:
        with self.lock, closing(self._open()) as db, db:
            db.execute("insert or replace into tampered values (?, ?)", (number, json.dumps(fields)))

    def forget(self, key: str) -> None:
        with self.lock, closing(self._open()) as db, db:
            db.execute("delete from steps where key = ?", (key,))

    def all(self):
        """(问题编号, 次序, 键)，按收到的先后。"""
        with closing(self._open()) as db:
            return db.execute("select case_number, sequence, key from steps order by arrival").fetchall()

    def body_of(self, key: str):
        with closing(self._open()) as db:
            return json.loads(db.execute("select body from steps where key = ?", (key,)).fetchone()[0])
