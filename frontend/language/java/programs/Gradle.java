import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/** Fetches for, compiles and tests a project of Gradle's. The user home that fetch fills is all that the others have. */
final class Gradle {
    private static final Path HOME = Path.of("/opt/gradle-home");
    private static final Path SCRIPT = Path.of("/opt/stagefront/init.gradle");
    private static final Path FOUND = Path.of("/tmp/stagefront-found");

    private final Options options;

    private Gradle(Options options) {
        this.options = options;
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        Gradle gradle = new Gradle(new Options(args));
        switch (args[0]) {
            case "fetch" -> gradle.fetch();
            case "compile" -> gradle.compile();
            case "test" -> gradle.test();
            default -> throw new IllegalArgumentException(args[0]);
        }
    }

    private void fetch() throws IOException, InterruptedException {
        mirror();
        Command.Result result = run("stagefrontFetch", "--continue");
        // Dependencies that are not to be had are told when the program is compiled.
        check(Log.failure(result.text()));
        if (Files.isDirectory(Path.of("src")) || Files.isDirectory(options.module().resolve("src"))) {
            run("stagefront", "--continue"); // there is more than manifests
        }
        check(broken());
        forgetRuns();
    }

    /** Ends the step when something did not come, or not whole. */
    private static void check(String failure) {
        if (!failure.isEmpty()) {
            Log.say("a repository did not answer as it should: %s", failure);
            System.exit(1);
        }
    }

    /** Returns the first archive among what came that is none, "" when there is none. Gradle compares no sums by itself. */
    private static String broken() throws IOException {
        Path modules = HOME.resolve("caches/modules-2");
        for (String name : Jars.below(modules)) {
            if (name.endsWith(".jar")) {
                try (JarFile open = new JarFile(modules.resolve(name).toFile(), false)) {
                    open.size();
                } catch (IOException e) {
                    return Path.of(name).getFileName() + " is no archive: " + e.getMessage();
                }
            }
        }
        return "";
    }

    /** Puts the mirror into the user home: the steps without network must name the same repositories. */
    private static void mirror() throws IOException {
        String url = System.getenv("MAVEN_MIRROR_URL");
        if (url != null && !url.isEmpty()) {
            Files.createDirectories(HOME.resolve("init.d"));
            Files.writeString(HOME.resolve("init.d/mirror.gradle"), String.join("\n",
                "def mirror = '" + url.replace("'", "\\'") + "'",
                "def use = { repositories -> repositories.all { r -> if (r instanceof MavenArtifactRepository && r.url.scheme != 'file') { r.url = mirror } } }",
                "gradle.settingsEvaluated { s -> use(s.pluginManagement.repositories) }",
                "allprojects { use(buildscript.repositories); use(repositories) }", ""));
        }
    }

    /** Removes what a run of Gradle leaves for the next one on the same machine. */
    private static void forgetRuns() throws IOException {
        for (String name : List.of("daemon", "native", "notifications", "workers", ".tmp", "wrapper")) {
            delete(HOME.resolve(name));
        }
        List<Path> locks;
        try (Stream<Path> all = Files.walk(HOME)) {
            locks = all.filter(p -> p.toString().endsWith(".lock") || p.endsWith("gc.properties")).toList();
        }
        for (Path lock : locks) {
            Files.delete(lock);
        }
    }

    private static void delete(Path dir) throws IOException {
        if (!Files.exists(dir)) {
            return;
        }
        try (Stream<Path> all = Files.walk(dir)) {
            for (Path p : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(p);
            }
        }
    }

    private void compile() throws IOException, InterruptedException {
        if (options.end(run("stagefront"), false)) {
            return;
        }
        Command.beAlone();
        Found found = new Found();
        if (!found.main.isEmpty() && options.start().isEmpty()) {
            options.starts(found.main);
        }
        new Program(options, found.jars, found.path, found.own, found.flags, new Report()).assemble();
    }

    /** What the task of our script says of the module: each line is a word and a value. */
    private static final class Found {
        final List<Path> jars = new ArrayList<>(), path = new ArrayList<>(), own = new ArrayList<>();
        final List<String> flags = new ArrayList<>();
        String main = "";

        Found() throws IOException {
            for (String line : Files.readAllLines(FOUND, StandardCharsets.UTF_8)) {
                String value = line.substring(line.indexOf(' ') + 1);
                switch (line.substring(0, line.indexOf(' '))) {
                    case "jar" -> jars.add(Path.of(value));
                    case "path" -> path.add(Path.of(value));
                    case "own" -> own.add(Path.of(value));
                    case "main" -> main = value;
                    case "flag" -> flags.add(value);
                    default -> throw new IOException(line);
                }
            }
            path.removeIf(p -> !Files.exists(p) && !p.toString().endsWith(".jar")); // directories of modules without classes
            jars.removeIf(p -> !Files.exists(p));
        }
    }

    private void test() throws IOException, InterruptedException {
        if (!options.end(run("test"), true)) {
            new Report().write();
        }
    }

    private Command.Result run(String... tasks) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("gradle", "--no-daemon", "--console=plain", "--gradle-user-home", HOME.toString(),
            "--init-script", SCRIPT.toString(), "-Dstagefront.module=" + options.module(), "-Dstagefront.found=" + FOUND,
            "-Dorg.gradle.configureondemand=false", "-Dorg.gradle.configuration-cache=false", "-Dorg.gradle.vfs.watch=false",
            "-Dorg.gradle.java.installations.auto-download=false", "-Porg.gradle.java.installations.auto-download=false",
            "-Pkotlin.compiler.execution.strategy=in-process", "-Pkotlin.incremental=false"));
        if (options.online()) {
            command.addAll(Online.properties());
        } else {
            command.add("--offline");
        }
        command.addAll(options.flags());
        command.addAll(List.of(tasks));
        return Command.run(command, "GRADLE_OPTS", List.of(), false);
    }
}
