import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Prints what the frontend's programs make of the log of a build tool, for each directory that is named. */
final class Words {
    private Words() {}

    public static void main(String[] dirs) throws IOException {
        for (String dir : dirs) {
            Path pom = Path.of("/src/pom.xml"), file = Path.of(dir, "pom.xml");
            String log = Files.readString(Path.of(dir, "log"));
            System.out.println("== " + dir);
            print("lacked", Log.lacked(log, false));
            print("lacked by tests", Log.lacked(log, true));
            print("not transferred", Log.failure(log));
            print("missing", Files.exists(file) ? new Missing(List.of(pom), List.of(Files.readString(file))).in(log) : "");
            print("first error", Log.firstError(log));
            print("advice", Advice.on(log));
            Log.skipped(log).forEach(goal -> print("skipped", goal));
            Mistake.in(log).forEach(m -> print("mistake", m.file() + ":" + m.line() + ":" + m.column() + ": " + m.message()));
        }
    }

    private static void print(String what, String text) {
        if (!text.isEmpty()) {
            System.out.println(what + ": " + text);
        }
    }
}
