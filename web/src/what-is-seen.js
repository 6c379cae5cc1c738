// Which text is read: the gateway's, if it has the one that the reader sees, else the one in the page.

// The gateway cannot have the page: it has to log in (401, 403), is told that there is none (404), finds
// nothing in it (422), does not get it (502). Other refusals are meant: a page that was withdrawn, or that
// waits for approval, is not read from a reader's screen either.
const CANNOT_FETCH = [401, 403, 404, 422, 502];

/** What the gateway has of a page whose text only a browser can show. */
const UNSEEN_TEXT = ["script", "frame"];

/** With less prose on the screen than this, in characters, nobody can tell which text a reading is of. */
const LEAST_PROSE = 40;

/** The reading of what the reader sees. `job.send` is the portal's word on it: never, auto or always. */
async function readingOf(gateway, job, whole) {
  if (job.url !== withoutHash(location.href)) return gateway.reading(job, whole);
  if (job.send === "always") return gateway.renderedReading(job, rendered(new Article(job.scope())));
  let reading = null;
  let refusal = null;
  try {
    reading = await gateway.reading(job, whole);
  } catch (error) {
    if (CANNOT_FETCH.indexOf(error.status) < 0 || error.kind === NOT_APPROVED) throw error;
    refusal = error;
  }
  const article = new Article(job.scope());
  const isUnseen = reading && UNSEEN_TEXT.indexOf(reading.substance) >= 0 && article.characters > 0;
  if (reading && !isUnseen && (article.characters < LEAST_PROSE || article.isReadIn(reading))) return reading;
  if (refusal && (!article.characters || job.send === "never")) throw refusal;
  if (isUnseen && job.send === "never") return reading;
  // Another text than the one on the screen is worse than none.
  if (job.send === "never") throw new PlayerError(TEXT.unseen, 422);
  return gateway.renderedReading(job, rendered(article));
}

function rendered(article) {
  const html = article.html();
  if (html === null) throw new PlayerError(TEXT.tooLong, 413);
  return html;
}
