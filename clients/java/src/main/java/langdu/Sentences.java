package langdu;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The sentences of a document, each as soon as it is made, while the next one is asked for: to be iterated over
 * once, and closed, which stops what is under way. What fails is thrown as {@link UncheckedIOException}.
 */
public final class Sentences implements Iterable<Sentence>, Iterator<Sentence>, AutoCloseable {
    private final Client client;
    private final Speech.Format format;
    private final ExecutorService ahead = Executors.newSingleThreadExecutor(work -> {
        Thread thread = new Thread(work, "langdu");
        thread.setDaemon(true);
        return thread;
    });
    private Reading reading;
    private int next;
    private long heardMs;
    private Future<Sentence> coming;

    Sentences(Client client, Reading reading, Speech.Format format) {
        this.client = client;
        this.reading = reading;
        this.format = format;
    }

    /** The document. Of a scan it grows. */
    public Reading reading() {
        return reading;
    }

    @Override
    public Iterator<Sentence> iterator() {
        return this;
    }

    @Override
    public boolean hasNext() {
        while (next >= reading.sentences() && !reading.isComplete()) {
            try {
                reading = client.after(reading, next);
            } catch (IOException broken) {
                throw new UncheckedIOException(broken);
            }
        }
        return next < reading.sentences();
    }

    @Override
    public Sentence next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        Future<Sentence> wanted = coming == null ? ask(next) : coming;
        next++;
        coming = next < reading.sentences() ? ask(next) : null;
        try {
            Sentence made = wanted.get();
            Sentence placed = new Sentence(made.index(), made.text(), made.spoken(), made.block(), made.audio(),
                    heardMs, made.durationMs(), made.syllables());
            heardMs += made.durationMs();
            return placed;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new IOException("interrupted", stopped));
        } catch (ExecutionException failed) {
            Throwable cause = failed.getCause();
            throw new UncheckedIOException(
                    cause instanceof IOException ? (IOException) cause : new IOException(cause));
        }
    }

    @Override
    public void close() {
        ahead.shutdownNow();
        client.leave(reading);
    }

    private Future<Sentence> ask(int index) {
        Map<String, Object> utterance = reading.utterances().get(index);
        return ahead.submit(() -> make(utterance));
    }

    private Sentence make(Map<String, Object> utterance) throws IOException {
        String file = Json.text(Json.object(utterance, "audio"), format.name().toLowerCase(java.util.Locale.ROOT));
        byte[] audio = client.bytes(file);
        Map<String, Object> timing = client.json(Json.text(utterance, "timing"), null);
        Object span = utterance.get("span");
        List<Map<String, Object>> heard = Json.objects(timing, "syllables");
        List<?> places = Json.array(utterance, "syllables");
        List<Syllable> syllables = new ArrayList<>();
        for (int i = 0; i < heard.size(); i++) {
            List<?> place = span != null && i < places.size() ? (List<?>) places.get(i) : null;
            syllables.add(new Syllable(Json.number(heard.get(i), "start_ms"), Json.number(heard.get(i), "end_ms"),
                    place == null ? -1 : ((Double) place.get(0)).intValue(),
                    place == null ? -1 : ((Double) place.get(1)).intValue()));
        }
        int block = span == null ? -1 : Json.number(Json.object(utterance, "span"), "block");
        return new Sentence(Json.number(utterance, "index"), Json.text(utterance, "text"),
                Json.text(utterance, "spoken"), block, audio, 0, Json.number(timing, "duration_ms"), syllables);
    }
}
