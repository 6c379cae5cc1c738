package langdu;

import java.util.List;

/** One utterance: a sentence, or a part of a long one, with the pause after it. */
public final class Sentence {
    private final int index;
    private final String text;
    private final String spoken;
    private final int block;
    private final byte[] audio;
    private final long startMs;
    private final int durationMs;
    private final List<Syllable> syllables;

    Sentence(int index, String text, String spoken, int block, byte[] audio, long startMs, int durationMs,
            List<Syllable> syllables) {
        this.index = index;
        this.text = text;
        this.spoken = spoken;
        this.block = block;
        this.audio = audio;
        this.startMs = startMs;
        this.durationMs = durationMs;
        this.syllables = syllables;
    }

    /** Its number in the reading. */
    public int index() {
        return index;
    }

    /** As it stands in the document. */
    public String text() {
        return text;
    }

    /** As it is spoken, without digits and signs. */
    public String spoken() {
        return spoken;
    }

    /** The block of the document that it stands in; -1 for words of the service's own. */
    public int block() {
        return block;
    }

    /** A whole file in the format that was asked for. */
    public byte[] audio() {
        return audio;
    }

    /** When it begins, from the start of the document. */
    public long startMs() {
        return startMs;
    }

    /** How long it is, with the pause after it. */
    public int durationMs() {
        return durationMs;
    }

    /** When each of its syllables is heard. */
    public List<Syllable> syllables() {
        return syllables;
    }
}
