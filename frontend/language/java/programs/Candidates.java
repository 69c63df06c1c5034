import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds which of the archives and classes that a build left is the program, and says what could be where none is. */
final class Candidates {
    /** How many names a message has. */
    private static final int MOST = 10;

    /** Programs are called like that, and tools beside them are not. */
    private static final Comparator<String> LIKELY = Comparator.comparing((String m) -> !m.matches("(.*\\.)?(Main|App|\\w*Application|\\w*Server)(Kt)?"))
        .thenComparing(m -> m.chars().filter(c -> c == '.').count()).thenComparing(m -> m);

    private final Options options;
    private final List<Path> jars;
    private final List<Path> own;
    private final Report report;

    /**
     * @param jars the archives that the module of the program built
     * @param own the directories of the project's own classes
     * @param report of the step, which says why there is none
     */
    Candidates(Options options, List<Path> jars, List<Path> own, Report report) {
        this.options = options;
        this.jars = jars;
        this.own = own;
        this.report = report;
    }

    /** Returns the archive with the program, null when there is none; why is in the report, unless a class is to be started. */
    Path archive() throws IOException {
        String start = options.start();
        if (start.endsWith(".jar") || start.endsWith(".war")) {
            String name = Path.of(start).getFileName().toString();
            for (Path p : jars) {
                if (p.getFileName().toString().equals(name)) {
                    return p;
                }
            }
            report.fails("the build left no " + name, "it left " + list(jars));
            return null;
        }
        List<Path> executables = new ArrayList<>();
        for (Path p : jars) {
            try (JarFile open = new JarFile(p.toFile(), false)) {
                if (!Jars.manifest(open, "Main-Class").isEmpty()) {
                    executables.add(p);
                }
            }
        }
        List<Path> candidates = executables.isEmpty() ? jars : executables;
        Path fullest = fullest(candidates);
        if (fullest == null && !start.isEmpty()) {
            return having(start.replace('.', '/') + ".class");
        }
        if (fullest == null) {
            if (candidates.isEmpty()) {
                report.fails("the build left no jar in " + options.module().getFileName(), "write \"entrypoint\": a main class, or \"project\": the module that is the program");
            } else {
                report.fails("the build left several jars: " + list(candidates), "say which: \"entrypoint: " + candidates.get(0).getFileName() + "\"");
            }
        }
        return fullest;
    }

    /** Returns the first archive that has a class, null when none has it. */
    private Path having(String file) throws IOException {
        for (Path p : jars) {
            try (JarFile open = new JarFile(p.toFile(), false)) {
                if (open.getEntry(file) != null || open.getEntry("BOOT-INF/classes/" + file) != null) {
                    return p;
                }
            }
        }
        return null;
    }

    /** Returns the archive that has all that the others have, null when there is none. */
    private static Path fullest(List<Path> archives) throws IOException {
        Path best = null;
        Set<String> names = Set.of();
        for (Path p : archives) {
            try (JarFile open = new JarFile(p.toFile(), false)) {
                // A repackaged archive has the classes one level down.
                Set<String> these = Jars.names(open).stream().map(n -> n.replaceFirst("^(BOOT-INF|WEB-INF)/classes/", "")).filter(n -> n.endsWith(".class")).collect(Collectors.toSet());
                if (best == null || these.containsAll(names)) {
                    best = p;
                    names = these;
                } else if (!names.containsAll(these)) {
                    return null;
                }
            }
        }
        return best;
    }

    /** Returns the only class of a jar that can be started. */
    String onlyMain(Path jar, JarFile open) throws IOException {
        List<String> mains = ownMains(open, "");
        if (mains.size() == 1) {
            return mains.get(0);
        }
        if (!options.declared().isEmpty()) {
            return options.declared();
        }
        if (mains.isEmpty()) {
            String hidden = Files.exists(options.module().resolve("src")) ? "" : "the module has no src here: does an ignore file hide it? Else ";
            report.fails("no class of " + jar.getFileName() + " has a main method", hidden + "write \"entrypoint\": a main class of a dependency, or \"project\": the module that is the program");
        } else {
            report.fails("several classes of " + jar.getFileName() + " have a main method: " + some(mains), "say which: \"entrypoint: " + mains.get(0) + "\"");
        }
        return null;
    }

    /** Returns the classes of a jar that have a main method, the likely one first: those of the project where it has any, since a jar may have libraries in it. */
    private List<String> ownMains(JarFile jar, String prefix) throws IOException {
        List<String> mains = Jars.mains(jar, prefix);
        Set<String> ours = ownFiles();
        List<String> own = mains.stream().filter(m -> ours.contains(m.replace('.', '/') + ".class")).toList();
        return (own.isEmpty() ? mains : own).stream().sorted(LIKELY).toList();
    }

    /** Returns names for a message, which may be of hundreds. */
    private static String some(Collection<String> names) {
        String first = names.stream().limit(MOST).collect(Collectors.joining(", "));
        return names.size() > MOST ? first + " and " + (names.size() - MOST) + " more" : first;
    }

    /** Says what to start in place of a class that is not there: the one of its name in another package first. */
    String like(String main) throws IOException {
        Set<String> mains = new TreeSet<>();
        for (Path p : jars) {
            try (JarFile open = new JarFile(p.toFile(), false)) {
                mains.addAll(ownMains(open, ""));
                mains.addAll(ownMains(open, "BOOT-INF/classes/"));
            }
        }
        if (mains.isEmpty()) {
            return "no class of the project has a main method";
        }
        String name = main.substring(main.lastIndexOf('.') + 1);
        String best = mains.stream().filter(m -> m.endsWith("." + name)).findFirst()
            .orElse(mains.stream().max(Comparator.comparing(m -> common(m, main))).get());
        String others = mains.size() == 1 ? "" : "; these have a main method: " + some(mains);
        return "write \"entrypoint: " + best + "\"" + others;
    }

    /** Returns how many characters two names begin with together. */
    private static int common(String a, String b) {
        int n = 0;
        while (n < Math.min(a.length(), b.length()) && a.charAt(n) == b.charAt(n)) {
            n++;
        }
        return n;
    }

    /** Returns the names of the files of the project's own classes. */
    Set<String> ownFiles() throws IOException {
        Set<String> names = new HashSet<>();
        for (Path dir : own) {
            if (Files.isDirectory(dir)) {
                try (Stream<Path> all = Files.walk(dir)) {
                    all.filter(Files::isRegularFile).forEach(f -> names.add(dir.relativize(f).toString()));
                }
            }
        }
        return names;
    }

    private static String list(List<Path> paths) {
        return paths.isEmpty() ? "none" : paths.stream().map(p -> p.getFileName().toString()).collect(Collectors.joining(", "));
    }
}
