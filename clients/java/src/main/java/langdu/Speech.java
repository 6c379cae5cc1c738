package langdu;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Who speaks, how, and in what form the sound comes. */
public final class Speech {
    /** What a sentence's file is. */
    public enum Format {
        /** 48 kbit/s. */
        MP3,
        /** Ogg Opus. */
        OPUS,
        /** 16-bit PCM, 24 kHz. */
        WAV
    }

    final Map<String, Object> fields = new LinkedHashMap<>();
    Format format = Format.MP3;
    private final List<Object> words = new ArrayList<>();

    /** A name of {@link Client#voices}; the default voice without one. */
    public Speech voice(String name) {
        fields.put("voice", name);
        return this;
    }

    /** 1 is a calm pace. */
    public Speech rate(double rate) {
        fields.put("rate", rate);
        return this;
    }

    /** MP3 without one. */
    public Speech format(Format wanted) {
        format = wanted;
        return this;
    }

    /** A word of the caller's own: as it stands in the text, and pinyin with tone digits or other words. */
    public Speech pronounce(String phrase, String pronunciation) {
        Map<String, Object> word = new LinkedHashMap<>();
        word.put("phrase", phrase);
        word.put("pronunciation", pronunciation);
        words.add(word);
        fields.put("custom_pronunciations", words);
        return this;
    }
}
