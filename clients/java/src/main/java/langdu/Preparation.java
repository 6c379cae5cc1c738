package langdu;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** How far an operation of preparation is. */
public final class Preparation {
    private final Map<String, Object> fields;

    Preparation(Map<String, Object> fields) {
        this.fields = fields;
    }

    /** Its id, good for watching after restarts too. */
    public String operation() {
        return Json.text(fields, "operation");
    }

    /** Documents found. */
    public int documents() {
        return Json.number(fields, "documents");
    }

    /** Documents that are current now, or failed. */
    public int documentsDone() {
        return Json.number(fields, "documents_done");
    }

    /** Sentences of the documents that were read so far. */
    public int utterances() {
        return Json.number(fields, "utterances");
    }

    /** Those of them that are there. */
    public int utterancesDone() {
        return Json.number(fields, "utterances_done");
    }

    /** How many pages could not be prepared. */
    public int failures() {
        return Json.number(fields, "failures_total");
    }

    /** Pages that could not be prepared and why: the first hundred of them. */
    public List<String> firstFailures() {
        List<String> told = new ArrayList<>();
        for (Map<String, Object> failure : Json.objects(fields, "failures")) {
            told.add(Json.text(failure, "url") + ": " + Json.text(failure, "message"));
        }
        return told;
    }

    /** Nothing is left to do. */
    public boolean isFinished() {
        return Boolean.TRUE.equals(fields.get("finished"));
    }
}
