package langdu;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** As much of JSON (RFC 8259) as the gateway's answers and requests need, so that no library comes along. */
final class Json {
    /** Deeper than any answer; a stack is not. */
    private static final int DEEPEST = 64;

    private final String text;
    private int at;
    private int depth;

    private Json(String text) {
        this.text = text;
    }

    /** An object; empty where the text is none, as the page of a proxy. */
    static Map<String, Object> parse(String text) {
        try {
            Json json = new Json(text);
            Object value = json.value();
            json.space();
            return json.at == text.length() ? asObject(value) : new LinkedHashMap<String, Object>();
        } catch (IllegalArgumentException | StringIndexOutOfBoundsException notJson) {
            return new LinkedHashMap<>();
        }
    }

    static String text(Map<String, Object> object, String name) {
        Object value = object.get(name);
        return value instanceof String ? (String) value : "";
    }

    static int number(Map<String, Object> object, String name) {
        Object value = object.get(name);
        return value instanceof Double ? ((Double) value).intValue() : 0;
    }

    static Map<String, Object> object(Map<String, Object> object, String name) {
        return asObject(object.get(name));
    }

    static List<Map<String, Object>> objects(Map<String, Object> object, String name) {
        List<Map<String, Object>> found = new ArrayList<>();
        for (Object value : array(object, name)) {
            found.add(asObject(value));
        }
        return found;
    }

    static List<?> array(Map<String, Object> object, String name) {
        Object value = object.get(name);
        return value instanceof List ? (List<?>) value : new ArrayList<>();
    }

    private static Map<String, Object> asObject(Object value) {
        Map<String, Object> object = new LinkedHashMap<>();
        if (value instanceof Map) {
            for (Map.Entry<?, ?> entry : ((Map<?, ?>) value).entrySet()) {
                object.put((String) entry.getKey(), entry.getValue());
            }
        }
        return object;
    }

    static String write(Object value) {
        StringBuilder out = new StringBuilder();
        write(value, out);
        return out.toString();
    }

    private static void write(Object value, StringBuilder out) {
        if (value instanceof Map) {
            char before = '{';
            for (Map.Entry<?, ?> entry : ((Map<?, ?>) value).entrySet()) {
                out.append(before);
                write(entry.getKey(), out);
                out.append(':');
                write(entry.getValue(), out);
                before = ',';
            }
            out.append(before == '{' ? "{}" : "}");
        } else if (value instanceof List) {
            char before = '[';
            for (Object each : (List<?>) value) {
                out.append(before);
                write(each, out);
                before = ',';
            }
            out.append(before == '[' ? "[]" : "]");
        } else if (value instanceof String) {
            out.append('"');
            for (char c : ((String) value).toCharArray()) {
                // Halves of a pair that stand alone are no text: they go as escapes, for the service to refuse.
                if (c == '"' || c == '\\') {
                    out.append('\\').append(c);
                } else if (c < ' ' || Character.isSurrogate(c)) {
                    out.append(String.format("\\u%04x", (int) c));
                } else {
                    out.append(c);
                }
            }
            out.append('"');
        } else {
            out.append(value);
        }
    }

    private Object value() {
        space();
        char c = text.charAt(at);
        if (c == '{' || c == '[') {
            if (++depth > DEEPEST) {
                throw new IllegalArgumentException("nested too deep");
            }
            Object made = c == '{' ? members() : elements();
            depth--;
            return made;
        }
        if (c == '"') {
            return string();
        }
        for (String word : new String[] {"true", "false", "null"}) {
            if (text.startsWith(word, at)) {
                at += word.length();
                return word.equals("null") ? null : (Object) word.equals("true");
            }
        }
        int start = at;
        while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        return Double.valueOf(text.substring(start, at));
    }

    private Map<String, Object> members() {
        Map<String, Object> object = new LinkedHashMap<>();
        at++;
        while (!ends('}')) {
            space();
            String name = string();
            space();
            take(':');
            object.put(name, value());
        }
        return object;
    }

    private List<Object> elements() {
        List<Object> array = new ArrayList<>();
        at++;
        while (!ends(']')) {
            array.add(value());
        }
        return array;
    }

    /** Whether a bracket closes here; takes the comma before what follows otherwise. */
    private boolean ends(char bracket) {
        space();
        char c = text.charAt(at);
        if (c == bracket) {
            at++;
            return true;
        }
        if (c == ',') {
            at++;
        }
        return false;
    }

    private String string() {
        take('"');
        StringBuilder out = new StringBuilder();
        for (;;) {
            char c = text.charAt(at++);
            if (c == '"') {
                return out.toString();
            }
            if (c != '\\') {
                out.append(c);
                continue;
            }
            c = text.charAt(at++);
            if (c == 'u') {
                out.append((char) Integer.parseInt(text.substring(at, at + 4), 16));
                at += 4;
            } else {
                int known = "bfnrt".indexOf(c);
                out.append(known < 0 ? c : "\b\f\n\r\t".charAt(known));
            }
        }
    }

    private void take(char wanted) {
        if (text.charAt(at++) != wanted) {
            throw new IllegalArgumentException("not JSON");
        }
    }

    private void space() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }
}
