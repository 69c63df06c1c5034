import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a JVM made of the classes of Maven and of the compiler. Later ones map it, in place of reading, checking and
 * linking them again: https://docs.oracle.com/en/java/javase/21/vm/class-data-sharing.html
 */
final class Archive {
    private static final Path FILE = Path.of("/opt/tools/maven.jsa");
    private static final String EMPTY = "<project><modelVersion>4.0.0</modelVersion><groupId>g</groupId><artifactId>a</artifactId>"
        + "<version>1</version><packaging>pom</packaging></project>";

    private Archive() {}

    /** Has Maven run, and compile by some arguments. A JVM that has no such archives writes none. */
    static void make(List<String> compiled) throws IOException, InterruptedException {
        Path dir = Files.createTempDirectory("archive");
        Path arguments = dir.resolve("arguments");
        Files.write(arguments, compiled);
        Files.writeString(dir.resolve("pom.xml"), EMPTY);
        List<String> command = new ArrayList<>(List.of("mvn", "-B", "-o", "-Dmaven.repo.local=" + dir.resolve("repository"), "-Dstagefront.compiles=" + arguments));
        command.addAll(Notes.options(false));
        command.add("validate");
        ProcessBuilder maven = new ProcessBuilder(command).directory(dir.toFile());
        maven.redirectOutput(ProcessBuilder.Redirect.DISCARD).redirectError(ProcessBuilder.Redirect.DISCARD);
        maven.environment().put("MAVEN_OPTS", String.join(" ", Maven.QUICK) + " -XX:ArchiveClassesAtExit=" + FILE);
        maven.start().waitFor();
    }

    /** Returns the flags of a JVM that takes the archive, or goes on without where it is not its own. */
    static List<String> flags() {
        return Files.exists(FILE) ? List.of("-XX:SharedArchiveFile=" + FILE, "-Xlog:disable") : List.of();
    }
}
