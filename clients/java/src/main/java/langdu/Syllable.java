package langdu;

/** A spoken syllable: when it is heard, from the start of its sentence, and where it stands. */
public final class Syllable {
    private final int startMs;
    private final int endMs;
    private final int start;
    private final int end;

    Syllable(int startMs, int endMs, int start, int end) {
        this.startMs = startMs;
        this.endMs = endMs;
        this.start = start;
        this.end = end;
    }

    /** When it begins. */
    public int startMs() {
        return startMs;
    }

    /** When it ends. */
    public int endMs() {
        return endMs;
    }

    /** Its first char in the text of its sentence's block; -1 for words of the service's own. */
    public int start() {
        return start;
    }

    /** The char behind its last one; -1 for words of the service's own. */
    public int end() {
        return end;
    }
}
