package langdu;

import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/** What is read. */
public final class Source {
    final Map<String, Object> fields = new LinkedHashMap<>();

    private Source(String name, String value) {
        fields.put(name, value);
    }

    /** A page, or a file, on a host that the service allows. */
    public static Source url(String address) {
        return new Source("url", address);
    }

    /** Plain text, one paragraph a line. */
    public static Source text(String content) {
        return new Source("text", content);
    }

    /** A page, whose relative links are resolved against {@code baseUrl}; that may be empty. */
    public static Source html(String content, String baseUrl) {
        Source source = new Source("html", content);
        if (!baseUrl.isEmpty()) {
            source.fields.put("base_url", baseUrl);
        }
        return source;
    }

    /** PDF, DOCX, DOC, OFD, XLSX, XLS, ODT, RTF, HTML, plain text or a picture, by what it holds. */
    public static Source file(byte[] content) {
        return new Source("file", Base64.getEncoder().encodeToString(content));
    }

    /** Of a page that only points to its attachment, reads the attachment. */
    public Source followAttachments() {
        fields.put("follow_attachments", true);
        return this;
    }
}
