import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a compiler says of a file of the project.
 *
 * @param file in the build context
 * @param column 0 where the compiler does not say it
 */
record Mistake(String file, int line, int column, String message) {
    private static final int MOST = 20;

    /** The forms of javac and of Kotlin's compiler, through Maven and through Gradle. */
    private static final List<Pattern> FORMS = List.of(
        Pattern.compile("\\[ERROR\\] (?:file://)?/src/(\\S.*?\\.\\w+):? ?[\\[(](\\d+)(?:, ?(\\d+))?[\\])]:? (?:error: )?(.*)"),
        Pattern.compile("e: (?:file://)?/src/(\\S.*?\\.\\w+):(\\d+):(\\d+):? (.*)"),
        Pattern.compile("/src/(\\S.*?\\.\\w+):(\\d+):()? error: (.*)"));

    /** What javac says in lines of its own after a message. */
    private static final Pattern DETAIL = Pattern.compile("(?:\\[ERROR\\])?\\s+(symbol|required|found): +(.*)");

    /** Returns the mistakes that a log tells of, each once. */
    static List<Mistake> in(String log) {
        List<Mistake> found = new ArrayList<>();
        for (String line : log.lines().toList()) {
            Mistake m = of(line);
            Matcher detail = DETAIL.matcher(line);
            if (m != null && found.stream().noneMatch(m::repeats)) {
                found.add(m);
            } else if (m == null && detail.matches() && !found.isEmpty()) {
                Mistake last = found.remove(found.size() - 1);
                String more = ", " + detail.group(1) + ": " + detail.group(2).replaceAll("\\s+", " ");
                found.add(last.message.contains(more) ? last : new Mistake(last.file, last.line, last.column, last.message + more));
            }
        }
        return found.subList(0, Math.min(MOST, found.size()));
    }

    private boolean repeats(Mistake other) {
        return file.equals(other.file) && line == other.line && column == other.column && other.message.startsWith(message);
    }

    private static Mistake of(String text) {
        for (Pattern form : FORMS) {
            Matcher m = form.matcher(text);
            if (m.matches()) {
                String column = m.group(3) == null || m.group(3).isEmpty() ? "0" : m.group(3);
                return new Mistake(m.group(1), Integer.parseInt(m.group(2)), Integer.parseInt(column), m.group(4).strip());
            }
        }
        return null;
    }
}
