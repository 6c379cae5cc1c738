package langdu;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URL;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A gateway: {@code http://127.0.0.1:7861/}, or the path under which a portal proxies it. Good for any number of
 * threads.
 */
public final class Client {
    private static final int CONNECT_MS = 10_000;
    /** Longer than a long sentence takes on a busy machine. */
    private static final int ANSWER_MS = 300_000;
    /** The first wait after a line that broke; each further one is twice as long. */
    private static final long FIRST_WAIT_MS = 200;
    private static final int TRIES = 4;
    /** How often the state of a preparation is asked for. */
    private static final long WATCH_EVERY_MS = 500;
    private static final int BUSY = 429;

    private final String root;
    private final String token;

    /** A client that shows nothing. */
    public Client(String root) {
        this(root, "");
    }

    /** A client that shows a token, as {@code langdu token new} prints it. */
    public Client(String root, String token) {
        this.root = root.endsWith("/") ? root : root + "/";
        this.token = token;
    }

    /** The names of the voices that can be asked for, the default one first. */
    public List<String> voices() throws IOException {
        List<String> names = new ArrayList<>();
        for (Map<String, Object> voice : Json.objects(json("v1/audio/voices", null), "voices")) {
            names.add(Json.text(voice, "id"));
        }
        return names;
    }

    /** The document and its sentences, before any sound. */
    public Reading reading(Source source, Speech speech) throws IOException {
        Map<String, Object> body = new LinkedHashMap<>(source.fields);
        body.putAll(speech.fields);
        return new Reading(json("v1/readings", body));
    }

    /** The sentences of a source in the default voice, as MP3. */
    public Sentences read(Source source) throws IOException {
        return read(source, new Speech());
    }

    /** The sentences of a source, each as soon as it is made. To be closed. */
    public Sentences read(Source source, Speech speech) throws IOException {
        return new Sentences(this, reading(source, speech), speech.format);
    }

    /** A whole document as one MP3 file. */
    public byte[] document(Reading reading) throws IOException {
        return bytes(reading.mp3());
    }

    /** Its captions, in WebVTT. */
    public String captions(Reading reading) throws IOException {
        return new String(bytes(reading.captions()), StandardCharsets.UTF_8);
    }

    /**
     * Has pages made before anybody listens: what a content system calls when it has published them. Returns at
     * once. For operators.
     */
    public Preparation prepare(Collection<String> urls) throws IOException {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("urls", new ArrayList<>(urls));
        return new Preparation(json("v1/prepare", body));
    }

    /** How far a preparation is. For operators. */
    public Preparation watch(String operation) throws IOException {
        return new Preparation(json("v1/prepare?operation=" + URLEncoder.encode(operation, "UTF-8"), null));
    }

    /** Waits for a preparation, and tells how far it is meanwhile. For operators. */
    public Preparation await(Preparation begun, Consumer<Preparation> progress)
            throws IOException, InterruptedException {
        for (;;) {
            Preparation now = watch(begun.operation());
            progress.accept(now);
            if (now.isFinished()) {
                return now;
            }
            Thread.sleep(WATCH_EVERY_MS);
        }
    }

    /** 撤稿: takes a page back, and tells how many clips were purged. For operators. */
    public int withdraw(String url) throws IOException {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("url", url);
        return Json.number(json("v1/withdraw", body), "clips");
    }

    Reading after(Reading reading, int count) throws IOException {
        return new Reading(json("v1/readings/" + reading.id() + "?after=" + count, null));
    }

    /** Gives back the place that is kept for a listener's next sentence. */
    void leave(Reading reading) {
        try {
            once("v1/readings/" + reading.id() + "/leave", new byte[0]);
        } catch (IOException gone) {
            // Then it is free after a while.
        }
    }

    Map<String, Object> json(String path, Map<String, Object> body) throws IOException {
        byte[] sent = body == null ? null : Json.write(body).getBytes(StandardCharsets.UTF_8);
        return Json.parse(new String(ask(path, sent), StandardCharsets.UTF_8));
    }

    byte[] bytes(String path) throws IOException {
        return ask(path, null);
    }

    /** Asks until there is an answer, or a refusal. */
    private byte[] ask(String path, byte[] body) throws IOException {
        for (int attempt = 1;; attempt++) {
            long waitMs = FIRST_WAIT_MS << (attempt - 1);
            try {
                return once(path, body);
            } catch (LangduException refused) {
                boolean passes = refused.status() == BUSY
                        || refused.status() == HttpURLConnection.HTTP_UNAVAILABLE;
                if (!passes || attempt >= TRIES) {
                    throw refused;
                }
                waitMs = Math.max(waitMs, (long) (refused.retryAfterSeconds() * 1000));
            } catch (IOException broken) {
                if (attempt >= TRIES) {
                    throw broken;
                }
            }
            try {
                Thread.sleep(waitMs);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", stopped);
            }
        }
    }

    private byte[] once(String path, byte[] body) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) new URL(root + path).openConnection();
        connection.setConnectTimeout(CONNECT_MS);
        connection.setReadTimeout(ANSWER_MS);
        // The token is for this gateway alone.
        connection.setInstanceFollowRedirects(false);
        if (!token.isEmpty()) {
            connection.setRequestProperty("Authorization", "Bearer " + token);
        }
        if (body != null) {
            connection.setRequestMethod("POST");
            connection.setRequestProperty("Content-Type", "application/json");
            connection.setDoOutput(true);
            connection.setFixedLengthStreamingMode(body.length);
            try (OutputStream out = connection.getOutputStream()) {
                out.write(body);
            }
        }
        int status = connection.getResponseCode();
        if (status / 100 == 2) {
            return whole(connection.getInputStream(), connection.getContentLengthLong());
        }
        String said = new String(whole(connection.getErrorStream(), -1), StandardCharsets.UTF_8);
        throw new LangduException(status, Json.parse(said), seconds(connection.getHeaderField("Retry-After")));
    }

    private static byte[] whole(InputStream stream, long length) throws IOException {
        if (stream == null) {
            return new byte[0];
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] part = new byte[16 * 1024];
        try (InputStream in = stream) {
            for (int count = in.read(part); count >= 0; count = in.read(part)) {
                out.write(part, 0, count);
            }
        }
        // The platform takes a line that broke for the end of the answer.
        if (length >= 0 && out.size() != length) {
            throw new IOException("the answer broke off after " + out.size() + " of " + length + " bytes");
        }
        return out.toByteArray();
    }

    private static double seconds(String header) {
        try {
            return header == null ? 0 : Double.parseDouble(header);
        } catch (NumberFormatException date) {
            return 0;
        }
    }
}
