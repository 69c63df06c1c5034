import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A file of Maven's repository that came from the central one, or from the mirror of all.
 *
 * @param sum by SHA-1
 * @param from Maven's word for the repository: "central"
 * @param path relative to the repository
 */
record Artifact(String sum, String from, String path) {
    /** What is put into the repository before Maven runs, and what came and was asked for when it has. */
    static final Path SEEDS = Path.of("/tmp/stagefront-seeds"), CAME = Path.of("/tmp/stagefront-came");

    private static final Pattern LINE = Pattern.compile("[0-9a-f]{40} (central|mirror(-[0-9a-f]+)?) [A-Za-z0-9._+~-]+(/[A-Za-z0-9._+~-]+)+");

    /** Reports whether it is one that never changes, and can be named. */
    boolean lasts() {
        return LINE.matcher(toString()).matches() && !path.contains("SNAPSHOT") && !path.contains("maven-metadata")
            && !List.of(path.split("/")).contains("..");
    }

    /** Reads those of a file that last, each once; there are none where there is no file. */
    static List<Artifact> read(Path file) throws IOException {
        if (!Files.exists(file)) {
            return List.of();
        }
        Set<String> paths = new HashSet<>();
        return Files.readAllLines(file).stream().map(line -> line.split(" ", 3)).filter(words -> words.length == 3)
            .map(words -> new Artifact(words[0], words[1], words[2])).filter(a -> a.lasts() && paths.add(a.path())).toList();
    }

    static void write(Path file, List<Artifact> all) throws IOException {
        Files.write(file, all.stream().map(Artifact::toString).toList());
    }

    @Override
    public String toString() {
        return sum + " " + from + " " + path;
    }
}
