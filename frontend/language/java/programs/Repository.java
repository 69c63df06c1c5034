import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Maven's local repository as a fetch leaves it: whole, and without notes of how it came about. */
final class Repository {
    private static final String ORIGINS = "_remote.repositories", LOOKED_FOR = ".lastUpdated";

    private final Path root;

    Repository(Path root) {
        this.root = root;
    }

    Path root() {
        return root;
    }

    private List<Path> files(String pattern) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(Files::isRegularFile).filter(p -> p.getFileName().toString().matches(pattern)).sorted().toList();
        }
    }

    /** Returns what is wrong with what came: a file that has not the sum that came with it, or one that was not transferred; "" when all is well. */
    String broken() throws IOException {
        for (Path sum : files(".*\\.sha1")) {
            Path file = sum.resolveSibling(sum.getFileName().toString().replaceFirst("\\.sha1$", ""));
            if (Files.isRegularFile(file) && !Sum.of(file).equals(said(sum))) {
                return root.relativize(file) + " has not the sum that its repository says, " + said(sum);
            }
        }
        for (Path note : files(".*\\.lastUpdated")) {
            Path file = note.resolveSibling(note.getFileName().toString().replace(LOOKED_FOR, ""));
            String why = Files.exists(file) ? "" : failure(note);
            if (!why.isEmpty()) {
                return root.relativize(file) + " did not come: " + why;
            }
        }
        return "";
    }

    /** Returns why the transfer failed that a note is of; an artifact that no repository has is no failure. */
    private static String failure(Path note) throws IOException {
        Properties p = new Properties();
        try (InputStream in = Files.newInputStream(note)) {
            p.load(in);
        }
        return p.entrySet().stream().filter(e -> e.getKey().toString().endsWith(".error"))
            .map(Map.Entry::getValue).map(Object::toString).filter(Log::isFailure).findFirst().map(Repository::shown).orElse("");
    }

    private static String shown(String text) {
        return text.length() > 300 ? text.substring(0, 300) + "…" : text;
    }

    private static String said(Path sum) throws IOException {
        return Sum.said(Files.readString(sum, StandardCharsets.ISO_8859_1));
    }

    /** Says that files which were put here came from where artifacts say, as Maven says it of what it downloads. */
    void claim(List<Artifact> artifacts) throws IOException {
        for (Artifact a : artifacts) {
            Path file = root.resolve(a.path());
            Files.writeString(file.resolveSibling(ORIGINS), file.getFileName() + ">" + a.from() + "=\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
    }

    /**
     * Removes what was put here and not asked for, and returns all else that came with word of where from. It is empty
     * where something came that nobody was heard to ask for: a plugin may then read more that way.
     */
    List<Artifact> settle(List<Artifact> seeds, Set<String> heard) throws IOException {
        Set<Path> put = seeds.stream().map(a -> root.resolve(a.path())).collect(Collectors.toSet());
        List<Artifact> came = new ArrayList<>();
        for (Path note : files("_remote\\.repositories")) {
            for (String origin : origins(note)) {
                Path file = note.resolveSibling(origin.substring(0, origin.lastIndexOf('>')));
                Path sum = file.resolveSibling(file.getFileName() + ".sha1");
                boolean wanted = heard.contains(file.toString());
                if (!wanted && !put.contains(file)) {
                    return List.of();
                }
                if (!wanted) {
                    Files.deleteIfExists(file);
                    Files.deleteIfExists(sum);
                } else if (Files.exists(sum)) {
                    came.add(new Artifact(said(sum), origin.substring(origin.lastIndexOf('>') + 1), root.relativize(file).toString()));
                }
            }
        }
        return came;
    }

    /** Returns what Maven notes of files of a directory: the name of each, and the repository that it came from, "a.jar>central". */
    private static Set<String> origins(Path note) throws IOException {
        Properties p = new Properties();
        try (InputStream in = Files.newInputStream(note)) {
            p.load(in);
        }
        return p.stringPropertyNames().stream().filter(name -> name.indexOf('>') > 0).collect(Collectors.toSet());
    }

    /** Removes everything. */
    void clear() throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            for (Path p : all.filter(p -> !p.equals(root)).sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(p);
            }
        }
    }

    /**
     * Removes where artifacts came from, what was looked for in vain and what is half there: with the first two, Maven
     * believes in an artifact only when it is asked for through the same repositories again.
     * https://maven.apache.org/resolver/local-repository.html
     */
    void forget() throws IOException {
        for (Path note : files("_remote\\.repositories|resolver-status\\.properties|.*\\.(lastUpdated|part|part\\.lock|[0-9a-f]+\\.tmp)")) {
            Files.delete(note);
        }
    }
}
