import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/** What our extension of Maven noted of the goals that failed in a run. */
final class Notes {
    private static final Path FILE = Path.of("/tmp/stagefront-notes"), CLASSES = Path.of("/opt/tools/maven");
    private static final Path INDEX = CLASSES.resolve("META-INF/sisu/javax.inject.Named");

    /**
     * A line of what a goal says of its failure.
     *
     * @param kind "misses": Maven resolves something in vain; "lacks": a plugin does; "fails": anything else
     */
    record Note(String kind, String goal, String module, String text) {}

    private Notes() {}

    /** Compiles our extension with the Maven that is there. It does without where that is too old for it. */
    public static void main(String[] args) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        OutputStream nobody = OutputStream.nullOutputStream(); // of an older Maven, that it lacks our interface is no news
        Files.createDirectories(INDEX.getParent());
        if (compiler.run(null, nobody, nobody, "-proc:none", "-d", CLASSES.toString(), "-cp", classPath(), args[0]) == 0) {
            Files.writeString(INDEX, "Goals\n");
        }
    }

    /** Returns the options of a run that is noted; none where Maven is too old for it. */
    static List<String> options(boolean goesOn) throws IOException {
        Files.deleteIfExists(FILE);
        if (!Files.exists(INDEX)) {
            return List.of();
        }
        return List.of("-Dmaven.ext.class.path=" + CLASSES, "-Dstagefront.notes=" + FILE, "-Dstagefront.goes.on=" + goesOn);
    }

    /** Returns the libraries of the Maven that is on PATH. */
    private static String classPath() throws IOException {
        for (String dir : System.getenv("PATH").split(":")) {
            Path program = Path.of(dir, "mvn");
            if (Files.isExecutable(program)) {
                return Jars.in(program.toRealPath().getParent().resolveSibling("lib")).stream().map(Path::toString).collect(Collectors.joining(":"));
            }
        }
        return "";
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
