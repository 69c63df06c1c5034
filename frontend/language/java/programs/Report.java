import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a step says of its result, in a file of its output that the frontend reads. */
final class Report {
    static final Path OUT = Path.of("/out");

    private String lacked = "";
    private final List<String> arguments = new ArrayList<>();
    private final List<String> natives = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();

    /** Says that the build cannot go on without something that was not fetched. */
    void lacks(String what) throws IOException {
        lacked = what;
        write();
    }

    Report starts(List<String> args) {
        arguments.addAll(args);
        return this;
    }

    Report natives(Map<String, Set<String>> found) {
        found.forEach((name, architectures) -> natives.add(
            "{\"name\": " + quoted(name) + ", \"architectures\": " + list(architectures.stream().map(Report::quoted).toList()) + "}"));
        return this;
    }

    /** Says why there is no program. */
    void fails(String message, String hint) throws IOException {
        problem(message, hint);
        write();
    }

    /** Notes what is wrong with the program, for when the report is written. */
    void problem(String message, String hint) {
        problems.add("{\"message\": " + quoted(message) + ", \"hint\": " + quoted(hint) + "}");
    }

    /** Notes a mistake in a file of the project. */
    void mistake(Mistake m) {
        problems.add("{\"message\": " + quoted(m.message()) + ", \"file\": " + quoted(m.file()) + ", \"line\": " + m.line() + ", \"column\": " + m.column() + "}");
    }

    /** Notes what somebody may not expect of the program. */
    void warn(String message, String hint) {
        warnings.add("{\"message\": " + quoted(message) + ", \"hint\": " + quoted(hint) + "}");
    }

    void write() throws IOException {
        Files.writeString(OUT.resolve("report.json"), "{\"lacked\": " + quoted(lacked)
            + ",\n\"arguments\": " + list(arguments.stream().map(Report::quoted).toList())
            + ",\n\"natives\": " + list(natives) + ",\n\"problems\": " + list(problems) + ",\n\"warnings\": " + list(warnings) + "}\n");
    }

    private static String list(List<String> items) {
        return "[" + String.join(", ", items) + "]";
    }

    private static String quoted(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ') {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.append('"').toString();
    }
}
