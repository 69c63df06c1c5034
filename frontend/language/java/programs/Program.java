import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Puts what a build left into the layers of an image, and says how it is started.
 *
 * <p>What changes with every edit is apart from what does not: libraries, snapshots of libraries, the project itself.
 * All are below /app in the image.
 */
final class Program {
    private static final String APP = "/app";
    private static final Path DEPENDENCIES = Report.OUT.resolve("dependencies");
    private static final Path SNAPSHOTS = Report.OUT.resolve("snapshots");
    private static final Path APPLICATION = Report.OUT.resolve("application");

    private final Options options;
    private final List<Path> classPath;
    private final Candidates candidates;
    private final List<String> flags;
    private final Report report;
    private final Composition composition;
    private final Set<String> placed = new HashSet<>();
    private final List<String> opened = new ArrayList<>();

    /**
     * @param jars the archives that the module of the program built
     * @param classPath what it needs at run time, in order
     * @param own the directories of the project's own classes
     * @param flags of the JVM that the build sets for the program
     * @param report of the step
     */
    Program(Options options, List<Path> jars, List<Path> classPath, List<Path> own, List<String> flags, Report report) {
        this.options = options;
        this.classPath = classPath;
        this.candidates = new Candidates(options, jars, own, report);
        this.flags = flags;
        this.report = report;
        this.composition = new Composition(classPath, report);
    }

    void assemble() throws IOException {
        empty(Report.OUT); // of what plugins have put there
        for (Path dir : List.of(DEPENDENCIES, SNAPSHOTS, APPLICATION)) {
            Files.createDirectories(dir);
        }
        Path quarkus = options.module().resolve("target/quarkus-app");
        if (!Files.exists(quarkus)) {
            quarkus = options.module().resolve("build/quarkus-app");
        }
        if (options.start().isEmpty() && Files.exists(quarkus.resolve("quarkus-run.jar"))) {
            requireLibraries(Jars.below(quarkus.resolve("lib")));
            composition.additional(archives(Jars.below(quarkus.resolve("lib")))); // what it needs is Quarkus's to decide
            quarkus(quarkus);
            return;
        }
        Path jar = candidates.archive();
        if (jar == null && !options.start().matches("[\\w.$]+(?<!\\.[jw]ar)")) {
            return; // which was reported
        }
        if (jar == null) {
            flat(null, options.start());
            return;
        }
        try (JarFile open = new JarFile(jar.toFile(), false)) {
            start(jar, open);
        }
    }

    private static void empty(Path dir) throws IOException {
        try (Stream<Path> all = Files.walk(dir)) {
            for (Path p : all.filter(p -> !p.equals(dir)).sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(p);
            }
        }
    }

    private void start(Path jar, JarFile open) throws IOException {
        opened.addAll(Jars.opened(open));
        String main = options.start().matches("(.*\\.[jw]ar)?") ? Jars.manifest(open, "Main-Class") : options.start();
        if (open.getEntry("BOOT-INF/classes/") != null || open.getEntry("BOOT-INF/lib/") != null) {
            boot(jar, open, options.start().equals(main) ? main : Jars.manifest(open, "Start-Class"));
            return;
        }
        if (open.getEntry("WEB-INF/") != null && main.isEmpty()) {
            fail(jar.getFileName() + " does not start by itself: it is for a servlet container", "let the build make an archive with a server in it");
            return;
        }
        if (open.getEntry("WEB-INF/") != null) {
            whole(jar);
            return;
        }
        if (main.isEmpty()) {
            main = candidates.onlyMain(jar, open);
            if (main == null) {
                return;
            }
        }
        if (isFat(open)) {
            fat(jar, open, main);
        } else {
            flat(jar, main);
        }
    }

    /** Reports whether a jar has classes of others in it. */
    private boolean isFat(JarFile jar) throws IOException {
        Set<String> ours = candidates.ownFiles();
        return Jars.names(jar).stream().anyMatch(n -> n.endsWith(".class") && !n.startsWith("META-INF/") && !ours.contains(n));
    }

    /** The class path in order: the module's jar, and the libraries beside it. */
    private void flat(Path jar, String main) throws IOException {
        List<String> path = new ArrayList<>();
        if (jar != null) {
            path.add(APP + "/" + rewritten(jar, APPLICATION));
        }
        for (Path p : libraries(jar)) {
            path.add(library(p));
        }
        launch(path, main);
    }

    /** Returns the names of the archives among files. */
    private static List<String> archives(Collection<String> files) {
        return files.stream().filter(f -> f.endsWith(".jar")).map(f -> f.substring(f.lastIndexOf('/') + 1)).toList();
    }

    /** Returns the class path, and what the manifest names beside the jar. */
    private List<Path> libraries(Path jar) throws IOException {
        composition.gone();
        List<Path> all = new ArrayList<>(classPath);
        all.removeIf(p -> !Files.exists(p));
        if (jar == null) {
            return all;
        }
        Set<String> known = all.stream().map(p -> p.getFileName().toString()).collect(Collectors.toSet());
        try (JarFile open = new JarFile(jar.toFile(), false)) {
            for (String name : Jars.manifest(open, "Class-Path").split("\\s+")) {
                Path beside = jar.resolveSibling(name);
                if (name.endsWith(".jar") && Files.isRegularFile(beside) && known.add(beside.getFileName().toString())) {
                    all.add(beside);
                    composition.additional(List.of(beside.getFileName().toString()));
                }
            }
        }
        return all;
    }

    /** Copies a library into its layer, and returns where it is in the image. */
    private String library(Path file) throws IOException {
        String name = "lib/" + file.getFileName();
        Path here = Path.of("").toAbsolutePath();
        if (Files.isDirectory(file)) { // of a module that was compiled and not packaged
            name = "classes/" + here.relativize(file).toString().replace('/', '-');
            copyTree(file, APPLICATION.resolve(name));
        } else if (file.startsWith(here) && !options.libraries().contains(file)) {
            name = placed(name, file);
            try (JarFile open = new JarFile(file.toFile(), false)) {
                Jars.rewrite(open, APPLICATION.resolve(name), n -> n);
            }
        } else {
            name = placed(name, file);
            Path to = (isSnapshot(name) ? SNAPSHOTS : DEPENDENCIES).resolve(name);
            Files.createDirectories(to.getParent());
            Files.copy(file, to);
        }
        return APP + "/" + name;
    }

    /** Returns the name that a library has in the image: another where one of that name is there already. */
    private String placed(String name, Path file) {
        if (placed.add(name)) {
            return name;
        }
        Path here = Path.of("").toAbsolutePath();
        String where = file.startsWith(here) ? here.relativize(file.getParent()).toString().replace('/', '-') : file.getParent().getParent().getParent().getFileName().toString();
        String other = "lib/" + where + "-" + file.getFileName();
        placed.add(other);
        return other;
    }

    private static boolean isSnapshot(String name) {
        return name.contains("-SNAPSHOT");
    }

    private static String rewritten(Path jar, Path dir) throws IOException {
        try (JarFile open = new JarFile(jar.toFile(), false)) {
            Jars.rewrite(open, dir.resolve(jar.getFileName()), n -> n);
        }
        return jar.getFileName().toString();
    }

    private static void copyTree(Path from, Path to) throws IOException {
        for (String name : Jars.below(from)) { // files alone: pipes and sockets are not for an image
            Path into = to.resolve(name);
            Files.createDirectories(into.getParent());
            Files.copy(from.resolve(name), into);
        }
    }

    /** A jar with its libraries unpacked into it becomes two: its own classes, and the rest, which stays as it is. */
    private void fat(Path jar, JarFile open, String main) throws IOException {
        composition.unpacked(open);
        Set<String> ours = candidates.ownFiles();
        String rest = "lib/" + jar.getFileName().toString().replaceFirst("\\.jar$", "-dependencies.jar");
        Jars.rewrite(open, APPLICATION.resolve(jar.getFileName()), n -> n.equals(JarFile.MANIFEST_NAME) || n.equals("META-INF/") || ours.contains(n) || n.endsWith("/") && ours.stream().anyMatch(o -> o.startsWith(n)) ? n : null);
        // The manifest says what a library may need: that it is of several releases.
        Jars.rewrite(open, DEPENDENCIES.resolve(rest), n -> ours.contains(n) || Jars.isSignature(n) ? null : n);
        List<String> path = new ArrayList<>(List.of(APP + "/" + jar.getFileName(), APP + "/" + rest));
        for (Path p : options.libraries()) {
            path.add(library(p));
        }
        launch(path, main);
    }

    /** Spring Boot's archive is taken apart as its own index says. https://docs.spring.io/spring-boot/specification/executable-jar/ */
    private void boot(Path jar, JarFile open, String main) throws IOException {
        Boot index = new Boot(open);
        Jars.rewrite(open, APPLICATION.resolve(jar.getFileName()), index::application);
        List<String> path = new ArrayList<>(List.of(APP + "/" + jar.getFileName()));
        composition.additional(archives(index.libraries()));
        composition.missing(archives(index.libraries()));
        for (String name : index.libraries()) {
            Path layer = switch (index.layer(name)) {
                case APPLICATION -> APPLICATION;
                case SNAPSHOTS -> SNAPSHOTS;
                default -> DEPENDENCIES;
            };
            Path to = layer.resolve("lib").resolve(Path.of(name).getFileName());
            Files.createDirectories(to.getParent());
            try (var in = open.getInputStream(open.getEntry(name))) {
                Files.copy(in, to);
            }
            path.add(APP + "/lib/" + to.getFileName());
            placed.add("lib/" + to.getFileName());
        }
        for (Path p : options.libraries()) {
            if (!placed.contains("lib/" + p.getFileName())) {
                path.add(library(p));
            }
        }
        launch(path, main);
    }

    /** Quarkus lays out its own folder, and finds its libraries in it. */
    private void quarkus(Path dir) throws IOException {
        for (String name : Jars.below(dir)) { // files alone: pipes and sockets are not for an image
            Path from = dir.resolve(name), to = (name.startsWith("lib/") ? DEPENDENCIES : APPLICATION).resolve(name);
            Files.createDirectories(to.getParent());
            if (name.endsWith(".jar") && !name.startsWith("lib/")) { // which Quarkus wrote, with the time
                Quarkus.rewrite(from, to);
            } else {
                Files.copy(from, to);
            }
        }
        finish(List.of("-jar", APP + "/quarkus-run.jar"));
    }

    /** An archive that must stay as it is. */
    private void whole(Path jar) throws IOException {
        try (JarFile open = new JarFile(jar.toFile(), false)) {
            requireLibraries(Jars.names(open));
            composition.additional(archives(Jars.names(open)));
        }
        finish(List.of("-jar", APP + "/" + rewritten(jar, APPLICATION)));
    }

    /** Reports the project's own jars that what the build laid out by itself has not. */
    private void requireLibraries(Set<String> names) throws IOException {
        for (Path p : options.libraries()) {
            if (names.stream().noneMatch(n -> n.endsWith(p.getFileName().toString()))) {
                fail("the image would lack " + p.getFileName() + ", which the program depends on by its path", "install it into a repository, and depend on it from there");
            }
        }
    }

    /** Reports libraries of one name, of which the image would have one. */
    private void distinct(List<String> path) {
        if (new HashSet<>(path).size() < path.size()) {
            report.problem("two of the libraries have one name: " + String.join(", ", path), "");
        }
    }

    private void launch(List<String> path, String main) throws IOException {
        distinct(path);
        if (!isThere(path, main)) {
            fail("there is no class " + main + " in the program" + options.wanted(main), candidates.like(main));
            return;
        }
        Files.writeString(APPLICATION.resolve("classpath"), "\"" + String.join(":", path) + "\"\n");
        finish(Stream.concat(opened.stream(), Stream.of("-cp", "@" + APP + "/classpath", main)).toList());
    }

    /** Reports whether a class is in one of the files of a class path. */
    private static boolean isThere(List<String> path, String main) throws IOException {
        String name = main.replace('.', '/') + ".class";
        for (String p : path) {
            for (Path layer : List.of(APPLICATION, DEPENDENCIES, SNAPSHOTS)) {
                Path file = layer.resolve(p.substring(APP.length() + 1));
                if (Files.isDirectory(file) && Files.exists(file.resolve(name))) {
                    return true;
                }
                if (Files.isRegularFile(file)) {
                    try (JarFile open = new JarFile(file.toFile(), false)) {
                        if (open.getEntry(name) != null) {
                            return true;
                        }
                    }
                }
            }
        }
        return false;
    }

    private void finish(List<String> arguments) throws IOException {
        List<String> all = Stream.concat(flags.stream(), arguments.stream()).toList();
        Log.say("the program is started by: java %s", String.join(" ", all));
        report.starts(all).natives(natives()).write();
    }

    /** Returns what has native code for Linux, and for which architectures; artifacts that differ in them alone are one. */
    private static Map<String, Set<String>> natives() throws IOException {
        Map<String, Set<String>> found = new TreeMap<>();
        for (Path dir : List.of(DEPENDENCIES, SNAPSHOTS, APPLICATION)) {
            try (Stream<Path> all = Files.walk(dir)) {
                for (Path p : all.filter(p -> p.toString().endsWith(".jar")).sorted().toList()) {
                    Set<String> architectures = Jars.natives(p);
                    if (!architectures.isEmpty()) {
                        String name = p.getFileName().toString().replaceFirst("[-_.](linux[-_])?(x86[-_]64|x86-64|amd64|aarch[-_]?64|aarch_64|arm64|x64)(?=[-_.])", "");
                        found.computeIfAbsent(name, n -> new TreeSet<>()).addAll(architectures);
                    }
                }
            }
        }
        return found;
    }

    private void fail(String message, String hint) throws IOException {
        report.fails(message, hint);
    }
}
