"""A column's feed, read by a feed reader. Arguments: the gateway's root, the column's page."""

import sys
import time
import urllib.request
from urllib.parse import quote

import feedparser

root, column = sys.argv[1:]
address = f"{root}v1/feed.xml?list={quote(column, safe='')}"
# A column that nobody has asked for lately is told as far as it is known.
for _ in range(1200):
    feed = feedparser.parse(address)
    if feed.headers.get("cache-control") != "private, no-cache":
        break
    time.sleep(0.1)
assert not feed.bozo, feed.get("bozo_exception")
assert feed.version == "rss20", feed.version
assert feed.feed.title == "政策文件", feed.feed.title
assert feed.feed.link == column
assert feed.feed.language == "zh-cn"
assert "人工智能合成" in feed.feed.subtitle, "listeners are told"
itself = [link.href for link in feed.feed.links if link.rel == "self"]
assert itself == [address], itself

assert len(feed.entries) >= 2
for entry in feed.entries:
    assert entry.title and entry.link.startswith("http") and entry.id == entry.link
    assert entry.published_parsed, entry.title
    (enclosure,) = entry.enclosures
    assert enclosure.type == "audio/mpeg"
    with urllib.request.urlopen(enclosure.href) as answer:
        audio = answer.read()
    assert len(audio) == int(enclosure.length), (entry.title, len(audio), enclosure.length)
    hours, minutes, seconds = map(int, entry.itunes_duration.split(":"))
    # 48 kbit/s is 6000 bytes a second; the tag and the last frames are less than one.
    assert abs(len(audio) / 6000 - (hours * 3600 + minutes * 60 + seconds)) < 2, entry.title
print(f"{len(feed.entries)} episodes")
