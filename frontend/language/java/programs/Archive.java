import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What a JVM made of the classes of Maven and of the compiler. Later ones map it, in place of reading, checking and
 * linking them again: https://docs.oracle.com/en/java/javase/21/vm/class-data-sharing.html
 */
final class Archive {
    private static final Path FILE = Path.of("/opt/classes/maven.jsa");
    private static final String EMPTY = "<project><modelVersion>4.0.0</modelVersion><groupId>g</groupId><artifactId>a</artifactId>"
        + "<version>1</version><packaging>pom</packaging></project>";

    private static final long PATIENCE = 60; // seconds

    private Archive() {}

    /**
     * Has Maven run, and compile our extension, whose sources are the arguments, as it will compile a project. Where it
     * cannot, or its JVM keeps no classes, there is no archive.
     */
    public static void main(String[] args) throws InterruptedException {
        if (!Notes.areTaken() || Maven.isTold()) {
            return; // the JVM of Maven would not have the archive
        }
        try {
            Process maven = start(args, Files.createTempDirectory("archive"));
            if (!maven.waitFor(PATIENCE, TimeUnit.SECONDS)) {
                maven.descendants().forEach(ProcessHandle::destroyForcibly);
                maven.destroyForcibly().waitFor();
                Files.deleteIfExists(FILE);
            }
        } catch (IOException e) {
            // Maven runs without.
        }
    }

    private static Process start(String[] sources, Path dir) throws IOException {
        Path arguments = Files.write(dir.resolve("arguments"), Notes.compilation(dir, sources));
        Files.writeString(dir.resolve("pom.xml"), EMPTY);
        List<String> command = new ArrayList<>(List.of("mvn", "-B", "-o", "-Dmaven.repo.local=" + dir.resolve("repository"),
            "-Dstagefront.compiles=" + arguments));
        command.addAll(Notes.options(false));
        command.add("validate");
        ProcessBuilder maven = new ProcessBuilder(command).directory(dir.toFile());
        maven.redirectInput(new File("/dev/null")).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
        maven.environment().put("MAVEN_OPTS", String.join(" ", Maven.QUICK) + " -XX:ArchiveClassesAtExit=" + FILE);
        return maven.start();
    }

    /**
     * Returns the flags of a JVM that takes the archive, or goes on without where it is not its own. It would tell of
     * that under a name that differs between releases, and does not start when it is told of a name that it does not
     * know: so it logs nothing.
     */
    static List<String> flags() {
        return Files.exists(FILE) ? List.of("-XX:SharedArchiveFile=" + FILE, "-Xlog:disable") : List.of();
    }
}
