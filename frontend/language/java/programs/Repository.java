import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Maven's local repository as a fetch leaves it: whole, and without notes of how it came about. */
final class Repository {
    private static final Pattern SUM = Pattern.compile("\\b[0-9a-fA-F]{40}\\b");
    private static final String LOOKED_FOR = ".lastUpdated";

    private final Path root;

    Repository(Path root) {
        this.root = root;
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
            if (Files.isRegularFile(file) && !sha1(file).equals(said(sum))) {
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

    /** Returns the sum in a file of one, "" when there is none: what is no sum may be a page that asks for a login. */
    private static String said(Path sum) throws IOException {
        Matcher m = SUM.matcher(Files.readString(sum, StandardCharsets.ISO_8859_1));
        return m.find() ? m.group().toLowerCase() : "";
    }

    private static String sha1(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-1");
            byte[] buffer = new byte[1 << 16];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                digest.update(buffer, 0, n);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
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
