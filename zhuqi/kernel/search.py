"""全文检索（R-62）：一个接口，SQLite 用 FTS5，PostgreSQL 用 GIN。全仓库只有这里写 SQL。

一个 `Index` 一张表 `<名字>(id, text)`：`id = 主键 × 4096 + 段`，第 0 段是标题，后面是正文的各段；所以按 id 倒着走就是新的在前，
去掉段号就是主键，不用再连表。谁改了文字，谁在同一个事务里 `put`，索引就不会落下。
查的时候先过 `visible_to` 再数：`among` 是看得到的行，写进同一句 SQL。
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, migrations, models
from django.db.models.expressions import RawSQL

from zhuqi.kernel.bigrams import normalise, phrase_tokens, phrases, pieces, tokens

SPAN = 4096
# Beyond so many a count says nothing to a reader, and costs the most.
CAP = 200
BATCH = 500
# PostgreSQL reads so many pieces of the newest first; words with less than a row in SCARCE of them are left to the GIN.
WINDOW = 500
SCARCE = 50


@dataclass(frozen=True, slots=True)
class Entry:
    """一行要查得到的文字：主键、标题一类的、正文。"""

    pk: int
    title: str
    body: str = ""

    def rows(self) -> Iterator[tuple[int, str]]:
        """(id, 归一的文字)，一段一行。"""
        yield self.pk * SPAN, normalise(self.title)
        for part, piece in enumerate(pieces(normalise(self.body)), start=1):
            if piece and part < SPAN:
                yield self.pk * SPAN + part, piece


@dataclass(frozen=True, slots=True)
class Found:
    """查到的主键，好的在前；`is_capped` 表示不止这么多。"""

    pks: list[int]
    is_capped: bool

    @property
    def count(self) -> int:
        """数到的件数。"""
        return len(self.pks)


@dataclass(frozen=True)
class Index:
    """一种东西的索引。`read` 按主键（None 为全部）从库里读出要查的文字，重建和校验用的也是它。"""

    name: str
    label: str
    read: Callable[[Sequence[int] | None], Iterable[Entry]] = field(compare=False)

    def __post_init__(self) -> None:
        """登记，`manage.py search` 从这里找。"""
        INDEXES[self.name] = self

    # Writing

    def put(self, entries: Iterable[Entry]) -> int:
        """写入或换掉这些行。要在改文字的那个事务里调用。返回行数。"""
        count, batch = 0, list[Entry]()
        for entry in entries:
            batch.append(entry)
            if len(batch) == BATCH:
                count += self._put(batch)
                batch = []
        return count + (self._put(batch) if batch else 0)

    def add(self, entries: Iterable[Entry]) -> None:
        """写入索引里还没有的行（刚新建的），不用先找旧的：成批新建时快得多。同样在那个事务里调用。"""
        self._insert([row for entry in entries for row in entry.rows()])

    def refresh(self, pks: Iterable[int]) -> None:
        """按库里现在的文字重写这些行。"""
        wanted = list(pks)
        for first in range(0, len(wanted), BATCH):
            some = wanted[first : first + BATCH]
            self.drop(some)
            self._insert([row for entry in self.read(some) for row in entry.rows()])

    def _put(self, entries: list[Entry]) -> int:
        self.drop([entry.pk for entry in entries])
        self._insert([row for entry in entries for row in entry.rows()])
        return len(entries)

    def drop(self, pks: Iterable[int]) -> None:
        """这些行不再查得到。"""
        with connection.cursor() as cursor:
            for pk in pks:
                low, high = pk * SPAN, (pk + 1) * SPAN
                if not _is_postgres():
                    # A contentless FTS5 forgets a row only when told what was in it.
                    cursor.execute(f"SELECT id, text FROM {self.name} WHERE id >= %s AND id < %s", [low, high])
                    cursor.executemany(
                        f"INSERT INTO {self.name}_fts ({self.name}_fts, rowid, tokens) VALUES ('delete', %s, %s)",
                        [(key, " ".join(tokens(text))) for key, text in cursor.fetchall()],
                    )
                cursor.execute(f"DELETE FROM {self.name} WHERE id >= %s AND id < %s", [low, high])

    def _insert(self, rows: list[tuple[int, str]]) -> None:
        with connection.cursor() as cursor:
            if _is_postgres():
                # One statement a batch: a statement a row costs a round trip each.
                keys, texts = [key for key, _ in rows], [text for _, text in rows]
                cursor.execute(
                    f"INSERT INTO {self.name} (id, text, tokens) SELECT id, text, vector::tsvector"
                    " FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS t (id, text, vector)",
                    [keys, texts, list(map(_vector, texts))],
                )
                return
            cursor.executemany(f"INSERT INTO {self.name} (id, text) VALUES (%s, %s)", rows)
            cursor.executemany(
                f"INSERT INTO {self.name}_fts (rowid, tokens) VALUES (%s, %s)",
                [(key, " ".join(tokens(text))) for key, text in rows],
            )

    # Reading

    def holding(self, phrase: str) -> RawSQL:
        """有这一段话的主键，作子查询：`filter(pk__in=index.holding(段))`。"""
        where, said = self._match(phrase)
        return RawSQL(f"SELECT DISTINCT {_key()} FROM {self._table()} WHERE {where}", said)  # noqa: S611 - our own words only

    def narrow(self, rows: models.QuerySet[Any], words: str) -> models.QuerySet[Any]:
        """每一段话都有的行；没有一段查得的（全是标点）就一行也没有。"""
        wanted = phrases(words)
        for phrase in wanted:
            rows = rows.filter(pk__in=self.holding(phrase))
        return rows if wanted else rows.none()

    def find(self, words: str, *, among: models.QuerySet[Any] | None = None) -> Found:
        """最相关的在前，最多 CAP 个。`among` 是看得到的行（`visible_to` 之后的）；None 只给看得到全部的人用。"""
        wanted = phrases(words)
        if not wanted:
            return Found([], is_capped=False)
        with connection.cursor() as cursor:
            pks = (self._walk if _is_postgres() else self._listed)(cursor, wanted, among)
            titled = self._titled(cursor, wanted, pks)
        best = sorted(pks[:CAP], key=lambda pk: -titled.get(pk, 0))
        return Found(best, is_capped=len(pks) > CAP)

    def _listed(self, cursor: Any, wanted: list[str], among: models.QuerySet[Any] | None) -> list[int]:
        """SQLite：只有一段话时，FTS5 自己会从最新的往回走，走够就停；几段话求交。"""
        if len(wanted) > 1:
            return self._all_of(cursor, wanted, among)
        where, said = self._match(wanted[0])
        scope, scope_said = _scope(among, f"{self._table()}.{_key()}")
        newest, below = dict[int, None](), 1 << 62
        while len(newest) <= CAP:
            cursor.execute(
                f"SELECT rowid, {_key()} FROM {self._table()} WHERE {where}{scope} AND rowid < %s"
                f" ORDER BY rowid DESC LIMIT {CAP + 1}",
                [*said, *scope_said, below],
            )
            rows = cursor.fetchall()
            newest |= dict.fromkeys(row[1] for row in rows)
            if len(rows) <= CAP:
                break
            below = rows[-1][0]
        return list(newest)[: CAP + 1]

    def _all_of(self, cursor: Any, wanted: list[str], among: models.QuerySet[Any] | None) -> list[int]:
        """每一段话都有的，新的在前。"""
        parts, said = [], list[Any]()
        for phrase in wanted:
            where, match = self._match(phrase)
            parts.append(f"SELECT {_key()} AS pk FROM {self._table()} WHERE {where}")
            said += match
        scope, scope_said = _scope(among, "t.pk")
        both = f"SELECT pk FROM ({' INTERSECT '.join(parts)}) AS t WHERE 1 = 1{scope}"
        cursor.execute(f"{both} ORDER BY pk DESC LIMIT {CAP + 1}", [*said, *scope_said])
        return [row[0] for row in cursor.fetchall()]

    def _walk(self, cursor: Any, wanted: list[str], among: models.QuerySet[Any] | None) -> list[int]:
        """PostgreSQL：GIN 不分新旧，常见的话要把半个库都取出来；所以先逐字读最新的一窗，多就接着往回读，少才问 GIN。"""
        newest, last, width, read = list[int](), 1 << 48, WINDOW, 0
        while len(newest) <= CAP and last > 0:
            first = self._back(cursor, last, width)
            rows = self._window(cursor, wanted, among, first, last)
            newest += [pk for pk, _, is_seen in rows if is_seen]
            last, read = first, read + width
            if last > 0 and len(newest) * SCARCE < read:
                counts = [sum(hits[place] for _, hits, _ in rows) for place in range(len(wanted))]
                return self._scarce(cursor, wanted, counts.index(min(counts)), among)
            missing = CAP + 1 - len(newest)
            width = missing * read * 5 // (4 * max(len(newest), 1)) + 1  # a quarter more than should do
        return newest[: CAP + 1]

    def _back(self, cursor: Any, last: int, count: int) -> int:
        """从主键 `last` 往回这么多段，到哪个主键；没有这么多就是 0。"""
        cursor.execute(
            f"SELECT id FROM {self.name} WHERE id < %s ORDER BY id DESC OFFSET %s LIMIT 1", [last * SPAN, count]
        )
        row = cursor.fetchone()
        return row[0] // SPAN if row else 0

    def _window(
        self, cursor: Any, wanted: list[str], among: models.QuerySet[Any] | None, first: int, last: int
    ) -> list[tuple[int, list[bool], bool]]:
        """主键在 [first, last) 里、至少有一段话的：（主键，各段有没有，看得到而且都有），新的在前。"""
        scope, scope_said = _scope(among, "t.pk")
        hits = ", ".join(["bool_or(strpos(text, %s) > 0)"] * len(wanted))
        cursor.execute(
            f"SELECT pk, hits, true = ALL(hits){scope} FROM (SELECT {_key()} AS pk, ARRAY[{hits}] AS hits"
            f" FROM {self.name} WHERE id >= %s AND id < %s GROUP BY 1) AS t WHERE true = ANY(hits) ORDER BY pk DESC",
            [*scope_said, *wanted, first * SPAN, last * SPAN],
        )
        rows: list[tuple[int, list[bool], bool]] = cursor.fetchall()
        return rows

    def _scarce(self, cursor: Any, wanted: list[str], rarest: int, among: models.QuerySet[Any] | None) -> list[int]:
        """最少见的一段问 GIN，别的段只在它们那里逐字找。"""
        where, said = self._match(wanted[rarest])
        scope, scope_said = _scope(among, "t.pk")
        others = [phrase for place, phrase in enumerate(wanted) if place != rarest]
        also = f" AND EXISTS (SELECT 1 FROM {self.name} AS o WHERE o.id >= t.pk * {SPAN} AND o.id < (t.pk + 1) * {SPAN} AND strpos(o.text, %s) > 0)"
        cursor.execute(
            # Sorted inside: the dear conditions are asked from the newest on, until there are enough.
            f"SELECT pk FROM (SELECT DISTINCT {_key()} AS pk FROM {self.name} WHERE {where} ORDER BY 1 DESC) AS t"
            f" WHERE 1 = 1{scope}{also * len(others)} LIMIT {CAP + 1}",
            [*said, *scope_said, *others],
        )
        return [row[0] for row in cursor.fetchall()]

    def _titled(self, cursor: Any, wanted: list[str], pks: list[int]) -> dict[int, int]:
        """标题里有几段：有的排前面，同样的新的在前。"""
        if not pks:
            return {}
        holes = ",".join(["%s"] * len(pks))
        cursor.execute(f"SELECT id, text FROM {self.name} WHERE id IN ({holes})", [pk * SPAN for pk in pks])
        return {key // SPAN: sum(phrase in text for phrase in wanted) for key, text in cursor.fetchall()}

    def _table(self) -> str:
        return self.name if _is_postgres() else f"{self.name}_fts"

    def _match(self, phrase: str) -> tuple[str, list[str]]:
        """一段话的条件：小片挨着出现；一个字按小片的开头。"""
        wanted = phrase_tokens(phrase)
        single = len(phrase) == 1
        if _is_postgres():
            query = " & ".join(f"'{each}'" for each in wanted) + (":*" if single else "")
            if len(wanted) == 1:
                return "tokens @@ %s::tsquery", [query]
            # The GIN knows which pieces are there, not where; asking the text costs less than opening the tsvector.
            return "(tokens @@ %s::tsquery AND strpos(text, %s) > 0)", [query, phrase]
        return f"{self.name}_fts MATCH %s", ['"' + " ".join(wanted) + '"' + ("*" if single else "")]

    # Keeping

    def rebuild(self) -> int:
        """全部重写。返回行数。"""
        self.empty()
        return self.put(self.read(None))

    def empty(self) -> None:
        """一行不留。"""
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {self.name}")
            if not _is_postgres():
                cursor.execute(f"INSERT INTO {self.name}_fts ({self.name}_fts) VALUES ('delete-all')")

    def verify(self) -> list[int]:
        """与库里现在的文字不一致的主键：少的、多的、旧的，还有登记了却查不到的。"""
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT id, text FROM {self.name}")
            stored = dict(cursor.fetchall())
        wrong = set()
        for entry in self.read(None):
            for key, text in entry.rows():
                if stored.pop(key, None) != text:
                    wrong.add(entry.pk)
        wrong |= {key // SPAN for key in stored}
        return sorted(wrong | self._unfindable())

    def _unfindable(self) -> set[int]:
        """在表里、却不在检索结构里的。"""
        with connection.cursor() as cursor:
            if _is_postgres():
                cursor.execute(f"SELECT id FROM {self.name} WHERE text <> '' AND length(tokens) = 0")
            else:
                cursor.execute(f"SELECT id FROM {self.name} EXCEPT SELECT id FROM {self.name}_fts_docsize")
            return {row[0] // SPAN for row in cursor.fetchall()}


INDEXES: dict[str, Index] = {}


def create_table(name: str) -> migrations.RunPython:
    """一个迁移步骤：建这张索引表；往回就拆掉。"""
    return migrations.RunPython(_Table(name).create, _Table(name).drop)


@dataclass(frozen=True)
class _Table:
    """一张索引表的建与拆，两种数据库各一种样子。"""

    name: str

    def create(self, _apps: Any, editor: Any) -> None:
        """建。"""
        if editor.connection.vendor == "postgresql":
            editor.execute(
                f"CREATE TABLE {self.name} (id bigint PRIMARY KEY, text text NOT NULL, tokens tsvector NOT NULL)"
            )
            editor.execute(f"CREATE INDEX {self.name}_gin ON {self.name} USING gin (tokens)")
            return
        editor.execute(f"CREATE TABLE {self.name} (id integer PRIMARY KEY, text text NOT NULL)")
        editor.execute(f"CREATE VIRTUAL TABLE {self.name}_fts USING fts5(tokens, content='', tokenize='ascii')")

    def drop(self, _apps: Any, editor: Any) -> None:
        """拆。"""
        if editor.connection.vendor != "postgresql":
            editor.execute(f"DROP TABLE {self.name}_fts")
        editor.execute(f"DROP TABLE {self.name}")


def _is_postgres() -> bool:
    return connection.vendor == "postgresql"


def _id() -> str:
    return "id" if _is_postgres() else "rowid"


def _key() -> str:
    return f"{_id()} / {SPAN}"


def _vector(text: str) -> str:
    """归一的文字 → tsvector 的文字写法，位置从 1 起；段与段之间空一位，不相邻就不算连着。"""
    placed, at = list[str](), 0
    for run in text.split():
        placed += [f"'{token}':{place}" for place, token in enumerate(tokens(run), at + 1)]
        at += len(run) + 1
    return " ".join(placed)


def _scope(among: models.QuerySet[Any] | None, key: str) -> tuple[str, Sequence[Any]]:
    """看得到的行：一个命中问一次，不先列出全部看得到的。`key` 是外面那一句里主键的写法；参数随着走。"""
    if among is None:
        return "", ()
    try:
        same = among.order_by().filter(pk=RawSQL(key, ())).values("pk")  # noqa: S611 - our own words only
        sql, said = same.query.sql_with_params()
    except EmptyResultSet:
        return " AND 1 = 0", ()  # 三员、还没有单位的账号：什么也看不到
    return f" AND EXISTS ({sql})", said
