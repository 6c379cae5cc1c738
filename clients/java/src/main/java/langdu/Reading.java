package langdu;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A document, what is spoken of it, and where its audio is: there before any sound. */
public final class Reading {
    private final Map<String, Object> fields;

    Reading(Map<String, Object> fields) {
        this.fields = fields;
    }

    /** The whole answer of {@code /v1/readings}, as {@code /openapi.json} describes it. */
    public Map<String, Object> fields() {
        return fields;
    }

    /** Its id. */
    public String id() {
        return Json.text(fields, "id");
    }

    /** May be empty. */
    public String title() {
        return Json.text(fields, "title");
    }

    /** 发文字号; empty when unknown. */
    public String docNumber() {
        return Json.text(fields, "doc_number");
    }

    /** 发文机关; empty when unknown. */
    public String issuer() {
        return Json.text(fields, "issuer");
    }

    /** 发布日期, YYYY-MM-DD; empty when unknown. */
    public String date() {
        return Json.text(fields, "date");
    }

    /** The text of each block: a heading, a paragraph, an item of a list, a table. */
    public List<String> blocks() {
        List<String> texts = new ArrayList<>();
        for (Map<String, Object> block : Json.objects(fields, "blocks")) {
            texts.add(Json.text(block, "text"));
        }
        return texts;
    }

    /** How many sentences it has; of a scan whose pages are still being recognised, those known so far. */
    public int sentences() {
        return utterances().size();
    }

    /** Whether these are all. */
    public boolean isComplete() {
        return Boolean.TRUE.equals(fields.get("complete"));
    }

    List<Map<String, Object>> utterances() {
        return Json.objects(fields, "utterances");
    }

    String mp3() {
        return Json.text(Json.object(fields, "audio"), "mp3");
    }

    String captions() {
        return Json.text(Json.object(fields, "audio"), "vtt");
    }
}
