import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Fetches for, compiles and tests a project of Maven's. The repository that fetch fills is all that the others have. */
final class Maven {
    static final Path REPOSITORY = Path.of("/opt/m2");

    /**
     * The plugin that tells the class path, and what else there is to resolve, where Maven is too old for our extension.
     * Fetch resolves it as it resolves the project's own.
     */
    private static final String DEPENDENCY_PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1";
    static final String CLASS_PATH = "target/stagefront.classpath";

    private static final Pattern TRANSFER = Pattern.compile("Could not transfer (?:artifact|metadata) (\\S+) from/to (\\S+ \\([^)]*\\))[^:]*: (.*)");
    private static final Pattern MODULE = Pattern.compile("Failed to execute goal .*? on project ([^:\\s]+)");

    /** The first compiler alone, and no threads for garbage, halve what Maven computes. */
    static final List<String> QUICK = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

    /** How many sources are much. */
    private static final int MUCH = 1000;

    private final Options options;

    Maven(Options options) {
        this.options = options;
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        Maven maven = new Maven(new Options(args));
        switch (args[0]) {
            case "fetch" -> maven.fetch();
            case "compile" -> maven.compile();
            case "test" -> maven.test();
            default -> throw new IllegalArgumentException(args[0]);
        }
    }

    /**
     * Runs the project's own build on what there is of it, with a class in every module, since Maven knows what
     * plugins need only when they run. What runs tests is resolved when the first one runs. Goals may fail, and the rest
     * is done; that nothing answered, or that something is nowhere, must not be taken for a result.
     */
    private void fetch() throws IOException, InterruptedException {
        addStubs();
        Repository repository = new Repository(REPOSITORY);
        List<Artifact> seeds = Artifact.read(Artifact.SEEDS);
        runForFetch();
        List<Artifact> came = repository.settle(seeds, Notes.heard());
        if (came.isEmpty() && !seeds.isEmpty()) {
            repository.clear();
            runForFetch();
        }
        Artifact.write(Artifact.CAME, came);
        String broken = repository.broken();
        if (!broken.isEmpty()) {
            Log.say("%s", broken);
            System.exit(1);
        }
        repository.forget();
        Notes.read().stream().map(n -> n.goal() + " of module " + n.module()).distinct()
            .forEach(goal -> Log.say("passed over %s: the sources are not here yet", goal));
    }

    private void runForFetch() throws IOException, InterruptedException {
        List<String> goals = packaging();
        // There are no tests, so what runs them needs no JVM of its own.
        goals.addAll(List.of("-fae", "-Dmaven.test.failure.ignore", "-DforkCount=0"));
        Command.Result built = run(true, goals);
        check(built);
        if (built.failed()) { // not of a goal, where Maven is new enough
            check(run(true, List.of("-fae", DEPENDENCY_PLUGIN + ":go-offline")));
        }
    }

    /** Returns the goals that package the modules and write down their class paths. */
    private static List<String> packaging() {
        List<String> goals = new ArrayList<>(List.of("package"));
        if (!Notes.areTaken()) {
            goals.addAll(List.of(DEPENDENCY_PLUGIN + ":build-classpath", "-DincludeScope=runtime", "-Dmdep.outputFile=" + CLASS_PATH));
        }
        return goals;
    }

    /**
     * Ends the step when something did not come, and says which. It may be a warning of a run that did without: what
     * comes another day would make another program then.
     */
    private static void check(Command.Result result) throws IOException {
        String failure = Log.failure(result.text());
        if (failure.isEmpty()) {
            failure = Missing.of(poms()).in(result.text());
            if (failure.isEmpty()) {
                return;
            }
        }
        result.show();
        Matcher transfer = TRANSFER.matcher(failure);
        Matcher module = MODULE.matcher(result.text());
        String help = Advice.on(failure + "\n" + result.text()), said = failure;
        if (transfer.find()) {
            String where = module.find() ? ", for module " + module.group(1) : "";
            said = transfer.group(1) + " did not come from " + transfer.group(2) + where + ": " + transfer.group(3);
        }
        Log.say("%s", help.isEmpty() ? said : said + "; " + help); // one line, which is told as the reason
        System.exit(1);
    }

    /**
     * Writes a class and a test into every module, in a package: the compiler plugin resolves its processors for one alone.
     * Scala's plugin resolves its compiler for a class of Scala.
     */
    private static void addStubs() throws IOException {
        boolean scala = false;
        for (Path pom : poms()) {
            scala |= Files.readString(pom, StandardCharsets.ISO_8859_1).contains("scala-maven-plugin");
        }
        for (Path pom : poms()) {
            if (!Files.readString(pom, StandardCharsets.ISO_8859_1).contains("<packaging>pom</packaging>")) {
                write(pom.resolveSibling("src/main/java/stagefront/stub/Stub.java"),
                    "package stagefront.stub;\npublic final class Stub { public static void main(String[] args) {} }\n");
                write(pom.resolveSibling("src/test/java/stagefront/stub/StubTest.java"),
                    "package stagefront.stub;\npublic class StubTest {}\n");
                if (scala) {
                    write(pom.resolveSibling("src/main/scala/stagefront/stub/ScalaStub.scala"), "package stagefront.stub\n\nclass ScalaStub\n");
                }
            }
        }
    }

    static List<Path> poms() throws IOException {
        try (Stream<Path> all = Files.walk(Path.of("").toAbsolutePath())) {
            return all.filter(p -> p.endsWith("pom.xml")).toList();
        }
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private void compile() throws IOException, InterruptedException {
        List<String> goals = packaging();
        goals.add("-DskipTests");
        if (!sharesTests()) {
            goals.add("-Dmaven.test.skip");
        }
        Command.Result built = run(false, goals);
        if (options.end(built, false)) {
            return;
        }
        Command.beAlone();
        Report report = new Report();
        if (!Files.exists(options.module().resolve(CLASS_PATH))) {
            report.fails("Maven did not say which libraries the program needs", "does a flag of the build, or an extension of Maven, keep it from packaging the module?");
            return;
        }
        warnOfSkipped(built.text(), report);
        Path target = options.module().resolve("target");
        List<Path> own = new ArrayList<>();
        for (Path pom : poms()) {
            own.add(pom.resolveSibling("target/classes"));
        }
        new Program(options, Jars.in(target), classPath(), own, List.of(), report).assemble();
    }

    static void warnOfSkipped(String log, Report report) {
        for (String goal : Log.skipped(log)) {
            report.warn("the goal \"" + goal + "\" was skipped, since it wants the network",
                "write \"build: {network: default}\" if the program needs what it makes, or the flag of its plugin that skips it in \"build: {flags: […]}\"");
        }
    }

    /** Reports whether a module may need the test classes of another, which must be compiled then. */
    private static boolean sharesTests() throws IOException {
        for (Path pom : poms()) {
            String text = Files.readString(pom, StandardCharsets.ISO_8859_1);
            if (text.contains("test-jar") || text.contains("<classifier>tests</classifier>")) {
                return true;
            }
        }
        return false;
    }

    private List<Path> classPath() throws IOException {
        String text = Files.readString(options.module().resolve(CLASS_PATH)).strip();
        Stream<Path> resolved = Stream.of(text.split(":")).filter(s -> !s.isEmpty()).map(Path::of);
        return Stream.concat(resolved, options.libraries().stream()).distinct().toList();
    }

    private void test() throws IOException, InterruptedException {
        if (!options.end(run(false, List.of("test")), true)) {
            new Report().write();
        }
    }

    /** Runs Maven, which goes on after goals that fail where that is wanted. What the result says has our notes at its end. */
    private Command.Result run(boolean goesOn, List<String> goals) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("mvn", "-B", "-ntp", "-Dmaven.repo.local=" + REPOSITORY,
            // No program runs documentation, sources or signatures.
            "-Dmaven.javadoc.skip=true", "-Dmaven.source.skip=true", "-Dgpg.skip=true",
            "-Dproject.build.outputTimestamp=" + Options.TIME));
        if (options.online()) {
            command.addAll(List.of("-gs", Online.settings().toString()));
            command.addAll(Online.PATIENCE);
            // Who must take what has no sums says it with Maven's own flag.
            if (!options.flags().contains("-c") && !options.flags().contains("--lax-checksums")) {
                command.add("-C");
            }
            if (Files.exists(Online.USER_SETTINGS)) {
                command.addAll(List.of("-s", Online.USER_SETTINGS.toString()));
            }
        } else {
            command.add("-o");
        }
        if (!options.moduleName().isEmpty()) {
            command.addAll(List.of("-pl", options.moduleName(), "-am"));
        }
        command.addAll(Notes.options(goesOn));
        command.addAll(options.flags());
        command.addAll(goals);
        List<String> properties = new ArrayList<>(List.of("-Duser.home=" + System.getenv("HOME")));
        properties.addAll(quick());
        if (options.online()) {
            properties.addAll(Online.properties());
        }
        Command.Result result = Command.run(command, "MAVEN_OPTS", properties, true);
        StringBuilder noted = new StringBuilder();
        for (Notes.Note n : Notes.read()) {
            noted.append(n.kind().equals("fails") ? "[ERROR] " : n.kind().equals("lacks") ? "[LACKED] " : "[MISSED] ").append(n.text()).append('\n');
        }
        return result.and(noted.toString());
    }

    /** Reports whether a variable says what Maven's JVM is like. */
    static boolean isTold() {
        return Stream.of("MAVEN_OPTS", "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS").anyMatch(name -> System.getenv(name) != null);
    }

    /**
     * Returns flags for a JVM that lives for seconds. A project that says what its JVM is like is not told otherwise, and
     * the second compiler is worth its time where there is much source.
     */
    private static List<String> quick() throws IOException {
        if (isTold()) {
            return List.of(); // a JVM that is asked for two kinds of garbage collection does not start
        }
        for (Path dir = Path.of("").toAbsolutePath(); dir != null; dir = dir.getParent()) {
            if (Files.exists(dir.resolve(".mvn/jvm.config"))) {
                return List.of();
            }
        }
        try (Stream<Path> all = Files.walk(Path.of(""))) {
            if (all.filter(p -> p.toString().matches(".*\\.(java|kt|groovy|scala)")).limit(MUCH).count() == MUCH) {
                return List.of();
            }
        }
        return Stream.concat(QUICK.stream(), Archive.flags().stream()).toList();
    }
}
