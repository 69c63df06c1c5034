import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Holds the libraries of a program against those that its build resolved.
 *
 * <p>What nobody resolved is a problem. What a tool left out of an archive that it made is a warning, for it may have
 * been told to.
 */
final class Composition {
    /** Where the tools have what they downloaded: also what is provided, and what plugins bring along. */
    private static final List<Path> STORES = List.of(Maven.REPOSITORY, Path.of("/opt/gradle-home/caches/modules-2/files-2.1"));

    /** How build files say that libraries are left out, or are in another place. */
    private static final Pattern TAKES_OUT = Pattern.compile("exclude|<optional>\\s*true|minimi[sz]e|relocat|<filters>|developmentOnly");

    /** Archives that Spring Boot leaves out by itself. */
    private static final Pattern BOOT_TOOLS = Pattern.compile("spring-boot-(devtools|docker-compose|testcontainers)-.*");

    private static final Pattern TOLD = Pattern.compile("META-INF/maven/([^/]+)/([^/]+)/pom\\.properties");

    private final List<Path> classPath;
    private final Report report;
    private Set<String> stored;

    /**
     * @param classPath what the program needs at run time, as the build resolved it
     * @param report of the step
     */
    Composition(List<Path> classPath, Report report) {
        this.classPath = classPath;
        this.report = report;
    }

    /** Reports the archives among a program's libraries that nobody resolved. */
    void additional(Collection<String> names) throws IOException {
        for (String name : names) {
            if (classPath.stream().noneMatch(p -> isOf(p, name)) && stored().stream().noneMatch(s -> isOf(Path.of(s), name))) {
                stowaway(name);
            }
        }
    }

    private void stowaway(String name) {
        report.problem("the image would have " + name + ", which the build did not resolve", "let the project depend on it, or take it out of what the build puts together");
    }

    /** Reports whether an archive has the name of a file, which tools put the group before where two have one name. */
    private static boolean isOf(Path file, String name) {
        String own = file.getFileName().toString();
        return name.equals(own) || name.endsWith("-" + own) || name.endsWith("." + own);
    }

    private Set<String> stored() throws IOException {
        if (stored == null) {
            stored = new TreeSet<>();
            for (Path store : STORES) {
                stored.addAll(Jars.below(store));
            }
        }
        return stored;
    }

    /** Reports archives of the class path that are not there any more. */
    void gone() {
        classPath.stream().filter(p -> !Files.exists(p)).forEach(p -> report.problem("the image would lack " + p.getFileName() + ", which the build resolved and does not have", ""));
    }

    /** Warns of what was resolved and is not among the libraries of an archive of Spring Boot. */
    void missing(Collection<String> names) throws IOException {
        for (Path p : libraries()) {
            String file = p.getFileName().toString();
            if (names.stream().noneMatch(n -> isOf(p, n)) && !BOOT_TOOLS.matcher(file).matches() && !isOfBoot(p)) {
                lacks(p);
            }
        }
    }

    /** Spring Boot leaves out archives that say of themselves that they are for building, or are empty. */
    private static boolean isOfBoot(Path file) throws IOException {
        try (JarFile jar = new JarFile(file.toFile(), false)) {
            return !Jars.manifest(jar, "Spring-Boot-Jar-Type").isEmpty();
        }
    }

    private void lacks(Path library) throws IOException {
        if (!takesOut()) {
            report.warn("the program lacks " + library.getFileName() + ", which the build resolved", "does it need that? What the build puts together does not have it");
        }
    }

    /** Compares an archive with libraries unpacked into it, by what they say of themselves and by their files. */
    void unpacked(JarFile jar) throws IOException {
        Set<String> have = Jars.names(jar), known = new HashSet<>();
        for (Path p : libraries()) {
            try (JarFile library = new JarFile(p.toFile(), false)) {
                Set<String> names = Jars.names(library);
                known.addAll(names);
                Set<String> telling = names.stream().filter(n -> !n.startsWith("META-INF/") || TOLD.matcher(n).matches()).collect(Collectors.toSet());
                if (!telling.isEmpty() && telling.stream().noneMatch(have::contains)) {
                    lacks(p);
                }
            }
        }
        for (String name : have) {
            var told = TOLD.matcher(name);
            if (told.matches() && !known.contains(name) && !isOwn(told.group(2)) && !isStored(told.group(1), told.group(2))) {
                stowaway(told.group(1) + ":" + told.group(2));
            }
        }
    }

    /** Reports whether a module of the project has a name. */
    private static boolean isOwn(String artifact) throws IOException {
        for (Path pom : Maven.poms()) {
            if (Files.readString(pom, StandardCharsets.ISO_8859_1).contains(">" + artifact + "<")) {
                return true;
            }
        }
        return false;
    }

    private static boolean isStored(String group, String artifact) {
        return STORES.stream().anyMatch(s -> Files.isDirectory(s.resolve(group.replace('.', '/')).resolve(artifact)) || Files.isDirectory(s.resolve(group).resolve(artifact)));
    }

    private List<Path> libraries() {
        return classPath.stream().filter(p -> p.toString().endsWith(".jar") && Files.isRegularFile(p)).toList();
    }

    /** Reports whether the project says itself that something is not to be in the program. */
    private static boolean takesOut() throws IOException {
        try (Stream<Path> all = Files.walk(Path.of("").toAbsolutePath(), 4)) {
            for (Path p : all.filter(p -> p.getFileName().toString().matches("pom\\.xml|.*\\.gradle(\\.kts)?") && Files.isRegularFile(p)).toList()) {
                if (TAKES_OUT.matcher(Files.readString(p, StandardCharsets.ISO_8859_1)).find()) {
                    return true;
                }
            }
        }
        return false;
    }
}
