import java.nio.file.Files;
import java.nio.file.Paths;
import langdu.Client;
import langdu.Sentence;
import langdu.Sentences;
import langdu.Source;

/** Ten lines: each sentence of a page into a file of its own, and when it is heard. Arguments: root, page. */
public final class ReadAloud {
    public static void main(String[] arguments) throws Exception {
        try (Sentences sentences = new Client(arguments[0]).read(Source.url(arguments[1]))) {
            for (Sentence sentence : sentences) {
                System.out.printf("%7.2f s  %s%n", sentence.startMs() / 1000.0, sentence.text());
                Files.write(Paths.get(sentence.index() + ".mp3"), sentence.audio());
            }
        }
    }
}
