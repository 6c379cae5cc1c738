-- 先审后播, since version 2: what of which page is approved, who did it when, and what waits.

-- `content` is the hash of what is approved; empty where that was taken back.
CREATE TABLE approval (
    page TEXT PRIMARY KEY,
    url TEXT NOT NULL,
    title TEXT NOT NULL,
    content TEXT NOT NULL,
    revision INTEGER NOT NULL,
    by TEXT NOT NULL,
    at INTEGER NOT NULL, -- seconds since 1970
    told INTEGER NOT NULL DEFAULT 0 -- the revision that the other replicas have been told
) WITHOUT ROWID;

CREATE TABLE approval_history (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    action TEXT NOT NULL, -- approved, or revoked
    url TEXT NOT NULL,
    title TEXT NOT NULL,
    content TEXT NOT NULL,
    at INTEGER NOT NULL, -- seconds since 1970
    by TEXT NOT NULL
);

-- Pages that were asked for and are not approved as they are.
CREATE TABLE waiting (
    page TEXT PRIMARY KEY,
    url TEXT NOT NULL,
    title TEXT NOT NULL,
    content TEXT NOT NULL,
    first_at INTEGER NOT NULL, -- seconds since 1970
    last_at INTEGER NOT NULL -- seconds since 1970
) WITHOUT ROWID;
