import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/** What our extension of Maven noted of a run. */
final class Notes {
    private static final Path FILE = Path.of("/tmp/stagefront-notes"), HEARD = Path.of("/tmp/stagefront-heard"), CLASSES = Path.of("/opt/tools/maven");
    private static final Path INDEX = CLASSES.resolve("META-INF/sisu/javax.inject.Named");

    /**
     * A line of what a goal says of its failure.
     *
     * @param kind "misses": Maven resolves something in vain; "lacks": a plugin does; "fails": anything else
     */
    record Note(String kind, String goal, String module, String text) {}

    private Notes() {}

    /** Compiles our extension, whose sources are the arguments, with the Maven that is there. It does without where that is too old for it. */
    public static void main(String[] args) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        OutputStream nobody = OutputStream.nullOutputStream(); // of an older Maven, that it lacks our interface is no news
        Files.createDirectories(INDEX.getParent());
        if (compiler.run(null, nobody, nobody, compilation(CLASSES, args).toArray(String[]::new)) == 0) {
            Files.writeString(INDEX, "Goals\nHeard\nWarm\n");
        }
    }

    /** Returns the arguments of a compiler that compiles our extension. */
    static List<String> compilation(Path into, String... sources) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("-proc:none", "-d", into.toString(), "-cp", classPath()));
        arguments.addAll(List.of(sources));
        return arguments;
    }

    /** Reports whether runs are noted: where Maven is too old for it, they are not. */
    static boolean areTaken() {
        return Files.exists(INDEX);
    }

    /** Returns the options of a run that is noted, and of one that adds the files it asks for to those of runs before. */
    static List<String> options(boolean goesOn) throws IOException {
        Files.deleteIfExists(FILE);
        if (!areTaken()) {
            return List.of();
        }
        return List.of("-Dmaven.ext.class.path=" + CLASSES, "-Dstagefront.notes=" + FILE, "-Dstagefront.goes.on=" + goesOn,
            "-Dstagefront.heard=" + HEARD, "-Dstagefront.class.path=" + Maven.CLASS_PATH);
    }

    /** Returns where the Maven is that is on PATH, null when there is none. */
    static Path home() throws IOException {
        for (String dir : System.getenv("PATH").split(":")) {
            Path program = Path.of(dir, "mvn");
            if (Files.isExecutable(program)) {
                return program.toRealPath().getParent().getParent();
            }
        }
        return null;
    }

    private static String classPath() throws IOException {
        Path home = home();
        return home == null ? "" : Jars.in(home.resolve("lib")).stream().map(Path::toString).collect(Collectors.joining(":"));
    }

    /** Returns the files of the repository that Maven asked for in all runs. */
    static Set<String> heard() throws IOException {
        return Files.exists(HEARD) ? Set.copyOf(Files.readAllLines(HEARD, StandardCharsets.UTF_8)) : Set.of();
    }

    /** Returns what was noted since options were asked for. */
    static List<Note> read() throws IOException {
        List<Note> notes = new ArrayList<>();
        if (Files.exists(FILE)) {
            for (String line : Files.readAllLines(FILE, StandardCharsets.UTF_8)) {
                String[] words = line.split("\t", 4);
                if (words.length == 4) {
                    notes.add(new Note(words[0], words[1], words[2], words[3]));
                }
            }
        }
        return notes;
    }
}
