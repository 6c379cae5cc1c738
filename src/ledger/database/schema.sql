-- The ledger's tables. A key is the first 16 bytes of a BLAKE3 hash: of a page's address, or of what
-- a document says. Addresses stand here for people only, with a hash in the place of their query,
-- except those that an operator has named.

-- Where documents are. `content` is what the page says now.
CREATE TABLE page (
    id INTEGER PRIMARY KEY,
    key BLOB NOT NULL UNIQUE,
    shown TEXT NOT NULL,
    content INTEGER NOT NULL,
    read_at INTEGER NOT NULL -- seconds since 1970
);
CREATE INDEX page_by_content ON page (content);
CREATE INDEX page_by_age ON page (read_at);

-- What a page says, and has said before.
CREATE TABLE page_content (
    page INTEGER NOT NULL,
    content INTEGER NOT NULL,
    PRIMARY KEY (page, content)
) WITHOUT ROWID;
CREATE INDEX page_by_any_content ON page_content (content);

-- Other keys that lead to a page: see `AliasKind`.
CREATE TABLE alias (
    key BLOB NOT NULL,
    page INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    PRIMARY KEY (key, page, kind)
) WITHOUT ROWID;
CREATE INDEX alias_by_page ON alias (page);

-- What documents say. `identifies` is 0 for what is too short, or not known well enough, to tell one
-- document from another: the key is then of the page as well.
CREATE TABLE content (
    id INTEGER PRIMARY KEY,
    key BLOB NOT NULL UNIQUE,
    identifies INTEGER NOT NULL
);

-- What is said, in one voice and at one rate.
CREATE TABLE edition (
    id INTEGER PRIMARY KEY,
    content INTEGER NOT NULL,
    voice TEXT NOT NULL,
    rate_milli INTEGER NOT NULL,
    reading TEXT NOT NULL,
    UNIQUE (content, voice, rate_milli)
);

-- The clips of an edition; `current` is 0 for those of an earlier pronunciation.
CREATE TABLE clip (
    clip BLOB NOT NULL,
    edition INTEGER NOT NULL,
    current INTEGER NOT NULL,
    PRIMARY KEY (clip, edition)
) WITHOUT ROWID;
CREATE INDEX clip_by_edition ON clip (edition, current);

-- Withdrawn pages by their key, and what is refused with each.
CREATE TABLE withdrawal (
    page BLOB PRIMARY KEY,
    url TEXT NOT NULL,
    withdrawn_at INTEGER NOT NULL, -- seconds since 1970
    withdrawn_by TEXT NOT NULL,
    readings INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX withdrawal_by_age ON withdrawal (withdrawn_at);
CREATE TABLE withdrawn_address (
    withdrawal BLOB NOT NULL,
    shown TEXT NOT NULL,
    PRIMARY KEY (withdrawal, shown)
) WITHOUT ROWID;
CREATE TABLE withdrawn_key (
    withdrawal BLOB NOT NULL,
    key BLOB NOT NULL,
    PRIMARY KEY (withdrawal, key)
) WITHOUT ROWID;
CREATE INDEX withdrawn_by_key ON withdrawn_key (key);
CREATE TABLE withdrawn_clip (
    withdrawal BLOB NOT NULL,
    clip BLOB NOT NULL,
    PRIMARY KEY (withdrawal, clip)
) WITHOUT ROWID;

-- Clips that a tier may still hold although no document has them.
CREATE TABLE pending (
    page BLOB NOT NULL,
    clip BLOB NOT NULL,
    PRIMARY KEY (page, clip)
) WITHOUT ROWID;

-- The last word on each page that was ever withdrawn: withdrawn, or published again. The one of the
-- higher revision stands. `told` is 0 while the other replicas have not heard it.
CREATE TABLE word (
    page BLOB PRIMARY KEY,
    url TEXT NOT NULL,
    withdrawn INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    told INTEGER NOT NULL
) WITHOUT ROWID;
