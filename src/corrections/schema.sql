-- What editors have decided, and what is needed to tell which clips a decision makes wrong. Corrections and
-- their history are kept for good; sentences are those of pages alone, never of what was handed over.

CREATE TABLE correction (
    id TEXT PRIMARY KEY,
    revision INTEGER NOT NULL,
    -- What no two corrections in force share: scope, word, and whether it is about the pause. NULL when deleted.
    subject TEXT UNIQUE,
    is_deleted INTEGER NOT NULL,
    updated_at INTEGER NOT NULL, -- seconds since 1970
    json TEXT NOT NULL,
    told INTEGER NOT NULL DEFAULT 0 -- the revision that the other replicas have been told
) WITHOUT ROWID;
CREATE INDEX correction_by_age ON correction (updated_at);

-- Who did what when. `before` is NULL where a correction was made.
CREATE TABLE history (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    correction TEXT NOT NULL,
    action TEXT NOT NULL,
    at INTEGER NOT NULL, -- seconds since 1970
    by TEXT NOT NULL,
    before TEXT,
    after TEXT NOT NULL
);
CREATE INDEX history_by_correction ON history (correction);

-- Sentences of pages, with the clips that they are heard by. The text is folded, as words are compared.
CREATE TABLE sentence (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    key BLOB NOT NULL UNIQUE,
    text TEXT NOT NULL
);
CREATE TABLE sentence_clip (
    clip BLOB PRIMARY KEY,
    sentence INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX clip_by_sentence ON sentence_clip (sentence);

-- Clips that a correction has made wrong, in the order in which they became so.
CREATE TABLE superseded (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    clip BLOB NOT NULL UNIQUE,
    -- The correction that did it; empty where many were made at once.
    correction TEXT NOT NULL
);
CREATE INDEX superseded_by_correction ON superseded (correction);

-- 读错了: what listeners say is read wrong, a line for each sentence and word.
CREATE TABLE report (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    key BLOB NOT NULL UNIQUE,
    clip BLOB NOT NULL,
    sentence TEXT NOT NULL,
    word TEXT NOT NULL,
    page TEXT NOT NULL,
    place INTEGER NOT NULL,
    player TEXT NOT NULL,
    people INTEGER NOT NULL,
    first_at INTEGER NOT NULL, -- seconds since 1970
    last_at INTEGER NOT NULL,
    state TEXT NOT NULL,
    answered_by TEXT NOT NULL DEFAULT '',
    answered_at INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX report_by_state ON report (state, last_at);
