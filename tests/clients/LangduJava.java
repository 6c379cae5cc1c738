import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import langdu.Client;
import langdu.LangduException;
import langdu.Preparation;
import langdu.Reading;
import langdu.Sentence;
import langdu.Sentences;
import langdu.Source;
import langdu.Speech;
import langdu.Syllable;

/** clients/java against the service. Arguments: the gateway's root, a page, a file with an operator's token. */
public final class LangduJava {
    private static final String LINES = "社区医院周末照常看病。挂号可以打电话，也可以当面挂。慢病取药不用排队。急诊全天开放。";

    private interface Call {
        void run() throws Exception;
    }

    public static void main(String[] arguments) throws Exception {
        String root = arguments[0];
        String page = arguments[1];
        String token = new String(Files.readAllBytes(Paths.get(arguments[2])), StandardCharsets.UTF_8).trim();
        Client client = new Client(root);

        check(client.voices().contains("zf_xiaohe"), "the default voice is listed");
        List<Sentence> whole = read(client);

        Reading words = client.reading(Source.html("<h1>通知</h1><p>六安明天停水。\"引号\"\\</p>", ""),
                new Speech().pronounce("六安", "lu4 an1").rate(0.8));
        check(words.blocks().get(1).equals("六安明天停水。\"引号\"\\"), words.blocks());
        check(client.reading(Source.file("今天晴。😀".getBytes(StandardCharsets.UTF_8)), new Speech()).blocks()
                .get(0).equals("今天晴。😀"), "a file, and a sign beyond the first plane");
        Reading policy = client.reading(Source.url(page).followAttachments(), new Speech());
        check(policy.docNumber().startsWith("青政办发") && policy.isComplete(), policy.fields().keySet());
        Reading short1 = client.reading(Source.text("早上好。"), new Speech());
        check(new String(client.document(short1), 0, 3, StandardCharsets.US_ASCII).equals("ID3"), "a file");
        check(client.captions(short1).contains("早上好"), "captions");

        LangduException host = refused(() -> client.reading(Source.url("http://example.org/"), new Speech()));
        check(host.status() == 403 && host.reason().equals("host-not-allowed") && !host.title().isEmpty(), host);
        check(refused(() -> client.reading(Source.text("您好。"), new Speech().rate(9))).reason()
                .equals("invalid-field"), "a rate");
        check(refused(() -> client.withdraw(page)).status() == 401, "for operators");

        // Whoever has heard enough closes.
        try (Sentences sentences = client.read(Source.text(LINES), new Speech().format(Speech.Format.WAV))) {
            check(Arrays.equals(sentences.next().audio(), whole.get(0).audio()), "the first");
        }
        // A line that breaks in the middle of answers is not noticed.
        AtomicInteger cuts = new AtomicInteger();
        List<Sentence> again = read(new Client("http://127.0.0.1:" + cutting(URI.create(root), cuts)));
        check(cuts.get() > 0, "the line broke");
        for (int i = 0; i < whole.size(); i++) {
            check(Arrays.equals(whole.get(i).audio(), again.get(i).audio()), i);
        }

        Client operator = new Client(root, token);
        List<Preparation> told = new ArrayList<>();
        Preparation done = operator.await(operator.prepare(Collections.singleton(page)), told::add);
        check(done.documentsDone() == 1 && done.failures() == 0 && !told.isEmpty(), done.firstFailures());
        System.out.println(whole.size() + " sentences");
    }

    /** Texts, sounds and times belong together. */
    private static List<Sentence> read(Client client) throws IOException {
        List<Sentence> found = new ArrayList<>();
        try (Sentences sentences = client.read(Source.text(LINES), new Speech().format(Speech.Format.WAV))) {
            long at = 0;
            String block = sentences.reading().blocks().get(0);
            for (Sentence sentence : sentences) {
                check(sentence.index() == found.size() && sentence.startMs() == at, sentence.startMs());
                at += sentence.durationMs();
                check(Math.abs(lengthMs(sentence.audio()) - sentence.durationMs()) <= 2, "as long as it says");
                for (Syllable syllable : sentence.syllables()) {
                    check(syllable.startMs() < syllable.endMs() && syllable.endMs() <= sentence.durationMs(), at);
                    check(sentence.text().contains(block.substring(syllable.start(), syllable.end())), at);
                }
                found.add(sentence);
            }
            check(found.size() == sentences.reading().sentences() && found.size() > 3, found.size());
        }
        return found;
    }

    /** How long a WAV file is: its samples stand in a chunk of their own. */
    private static long lengthMs(byte[] file) {
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 12;; at += 8 + bytes.getInt(at + 4) + bytes.getInt(at + 4) % 2) {
            if (new String(file, at, 4, StandardCharsets.US_ASCII).equals("data")) {
                return bytes.getInt(at + 4) / 2 / 24;
            }
        }
    }

    /** A line to the gateway, of which every second connection breaks after a few answers, from the first on. */
    private static int cutting(URI root, AtomicInteger cuts) throws IOException {
        ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start(() -> {
            for (boolean breaks = true;; breaks = !breaks) {
                Socket near = listener.accept();
                Socket far = new Socket(root.getHost(), root.getPort());
                long bound = breaks ? 20_000 : Long.MAX_VALUE;
                start(() -> carry(near, far, Long.MAX_VALUE, cuts));
                start(() -> carry(far, near, bound, cuts));
            }
        });
        return listener.getLocalPort();
    }

    private static void carry(Socket source, Socket sink, long bound, AtomicInteger cuts) throws IOException {
        byte[] part = new byte[4096];
        try (Socket from = source; Socket to = sink) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            long carried = 0;
            for (int count = in.read(part); count >= 0; count = in.read(part)) {
                carried += count;
                if (carried > bound) {
                    cuts.incrementAndGet();
                    return;
                }
                out.write(part, 0, count);
            }
        }
    }

    private static void start(Call call) {
        Thread thread = new Thread(() -> {
            try {
                call.run();
            } catch (Exception ended) {
                // The other end has gone.
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private static LangduException refused(Call call) throws Exception {
        try {
            call.run();
        } catch (LangduException refused) {
            return refused;
        } catch (UncheckedIOException refused) {
            return (LangduException) refused.getCause();
        }
        throw new AssertionError("not refused");
    }

    private static void check(boolean holds, Object about) {
        if (!holds) {
            throw new AssertionError(about);
        }
    }
}
