package langdu;

import java.io.IOException;
import java.util.Map;

/** The service refuses a request, or failed at it. A line that broke is another {@link IOException}. */
public final class LangduException extends IOException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String reason;
    private final String title;
    private final double retryAfterSeconds;

    LangduException(int status, Map<String, Object> problem, double retryAfterSeconds) {
        super(reasonOf(problem, status) + ": " + Json.text(problem, "detail"));
        this.status = status;
        this.reason = reasonOf(problem, status);
        this.title = Json.text(problem, "title");
        this.retryAfterSeconds = retryAfterSeconds;
    }

    private static String reasonOf(Map<String, Object> problem, int status) {
        String type = Json.text(problem, "type");
        return type.startsWith("urn:langdu:") ? type.substring("urn:langdu:".length()) : "http-" + status;
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** Stable, as docs/http.md lists it: {@code host-not-allowed}; {@code http-502} where a proxy answered. */
    public String reason() {
        return reason;
    }

    /** For the person at the page, in Chinese; may be empty. */
    public String title() {
        return title;
    }

    /** How long to wait before the next try; 0 where the service does not say. */
    public double retryAfterSeconds() {
        return retryAfterSeconds;
    }
}
