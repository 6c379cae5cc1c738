-- How often documents are listened to: a line for each day, page and kind of device, and nothing of who listened.

CREATE TABLE listen (
    day TEXT NOT NULL, -- 2026-05-01, in China
    page_key BLOB NOT NULL,
    device TEXT NOT NULL,
    portal TEXT NOT NULL,
    page TEXT NOT NULL, -- its address, with a hash in the place of its query
    title TEXT NOT NULL,
    started INTEGER NOT NULL,
    half INTEGER NOT NULL,
    finished INTEGER NOT NULL,
    seconds INTEGER NOT NULL,
    PRIMARY KEY (day, page_key, device)
) WITHOUT ROWID;
