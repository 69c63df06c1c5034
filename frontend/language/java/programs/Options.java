import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What a step is told: options with their values, then flags of the project's build. */
final class Options {
    /** The time of everything that is built: the first that zip files can have. */
    static final String TIME = "1980-01-01T00:00:02Z";

    private String module = "";
    private String start = "";
    private String declared = "";
    private String declaredAt = "";
    private String offline = "";
    private boolean online;
    private final List<String> flags = new ArrayList<>();
    private final List<Path> libraries = new ArrayList<>();

    Options(String[] args) {
        for (int i = 1; i < args.length; i++) {
            switch (args[i]) {
                case "--online" -> online = true;
                case "--offline" -> offline = args[++i];
                case "--module" -> module = args[++i];
                case "--library" -> libraries.add(Path.of("").toAbsolutePath().resolve(args[++i]));
                case "--start" -> start = args[++i];
                case "--declared" -> declared = args[++i];
                case "--declared-at" -> declaredAt = args[++i];
                case "--" -> {
                    flags.addAll(List.of(args).subList(i + 1, args.length));
                    return;
                }
                default -> throw new IllegalArgumentException(args[i]);
            }
        }
    }

    /** Whether there is a network. */
    boolean online() {
        return online;
    }

    /** The directory of the module that is the program, relative to the directory that the step runs in; "" is that one. */
    String moduleName() {
        return module;
    }

    Path module() {
        return Path.of("").toAbsolutePath().resolve(module);
    }

    /** What is to be started: a main class, a jar, or "" for the only candidate. */
    String start() {
        return start;
    }

    /** Jars of the project itself that the program needs, whatever the build packages. */
    List<Path> libraries() {
        return libraries;
    }

    /** The main class that the build's own files name, for a program that does not say it itself; "" when they name none. */
    String declared() {
        return declared;
    }

    /** Says where a class was named that is to be started, ", which pom.xml:24 names", "" where the spec did it, or nobody. */
    String wanted(String main) {
        return main.equals(declared) && start.isEmpty() && !declaredAt.isEmpty() ? ", which " + declaredAt + " names" : "";
    }

    /** Sets what is started where the build itself says it. */
    void starts(String main) {
        start = main;
    }

    List<String> flags() {
        return flags;
    }

    /**
     * Ends the step when a build failed. What is known of the reason is for the report: that fetch did not bring all that
     * the build asks for, where the sources are wrong, what helps. Then it returns true, and there is nothing more to do.
     */
    boolean end(Command.Result result, boolean tests) throws IOException {
        if (!result.failed()) {
            return false;
        }
        String lacked = Log.lacked(result.text(), tests);
        if (!online && !lacked.isEmpty() && offline.isEmpty()) {
            Log.say("the build asks for more than was fetched: %s", lacked);
            new Report().lacks(lacked);
            return true;
        }
        result.show();
        if (!online && !lacked.isEmpty()) {
            new Report().fails("the build lacks what no fetch brings: " + lacked, offline); // nothing stands in for this step
        } else if (!explained(result.text())) {
            System.exit(result.status());
        }
        return true;
    }

    /** Reports mistakes in sources with their places, and failures that we know a remedy for. */
    private static boolean explained(String log) throws IOException {
        Report report = new Report();
        String help = Advice.on(log), error = Log.firstError(log);
        List<Mistake> mistakes = Mistake.in(log);
        mistakes.forEach(report::mistake);
        if (mistakes.isEmpty() && !help.isEmpty() && !error.isEmpty()) {
            report.problem(error, help);
        } else if (mistakes.isEmpty()) {
            return false;
        }
        report.write();
        return true;
    }
}
