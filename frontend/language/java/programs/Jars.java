import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Reads jars, and writes them so that equal contents are equal bytes. */
final class Jars {
    private static final LocalDateTime TIME = LocalDateTime.of(1980, 1, 1, 0, 0, 2);

    private Jars() {}

    /** Returns the archives that a build left in a directory, without those for developers. */
    static List<Path> in(Path dir) throws IOException {
        if (!Files.isDirectory(dir)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(dir)) {
            return all.filter(p -> Files.isRegularFile(p) && isProgram(p.getFileName().toString())).sorted().toList();
        }
    }

    /** Returns the names of the files below a directory, relative to it; there are none where there is no directory. */
    static Set<String> below(Path dir) throws IOException {
        if (!Files.isDirectory(dir)) {
            return Set.of();
        }
        try (Stream<Path> all = Files.walk(dir)) {
            return all.filter(Files::isRegularFile).map(p -> dir.relativize(p).toString()).collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private static boolean isProgram(String name) {
        return name.matches(".*\\.[jw]ar") && !name.startsWith("original-") && !name.matches(".*-(sources|javadoc|tests|test-sources|test-fixtures|stubs)\\.jar");
    }

    static String manifest(JarFile jar, String attribute) throws IOException {
        Manifest m = jar.getManifest();
        String value = m == null ? null : m.getMainAttributes().getValue(attribute);
        return value == null ? "" : value.strip();
    }

    /**
     * Returns what "java -jar" does because of the manifest, and a class path does not, as arguments.
     * https://docs.oracle.com/en/java/javase/25/docs/specs/jar/jar.html#main-attributes
     */
    static List<String> opened(JarFile jar) throws IOException {
        List<String> arguments = new ArrayList<>();
        for (String name : List.of("Add-Exports", "Add-Opens")) {
            for (String opened : manifest(jar, name).split("\\s+")) {
                if (!opened.isEmpty()) {
                    arguments.add("--" + name.toLowerCase(Locale.ROOT) + "=" + opened + "=ALL-UNNAMED");
                }
            }
        }
        if (manifest(jar, "Enable-Native-Access").equals("ALL-UNNAMED")) {
            arguments.add("--enable-native-access=ALL-UNNAMED");
        }
        return arguments;
    }

    /** Returns the names of the files of a jar, without directories. */
    static Set<String> names(JarFile jar) {
        return jar.stream().filter(e -> !e.isDirectory()).map(ZipEntry::getName).collect(Collectors.toCollection(TreeSet::new));
    }

    /** Returns the classes of a jar, below a prefix, that have a main method. */
    static List<String> mains(JarFile jar, String prefix) throws IOException {
        List<String> found = new ArrayList<>();
        for (String name : names(jar)) {
            if (name.startsWith(prefix) && name.endsWith(".class") && !name.startsWith("META-INF/") && !name.endsWith("-info.class")) {
                try (InputStream in = new BufferedInputStream(jar.getInputStream(jar.getEntry(name)))) {
                    if (ClassFile.hasMain(in)) {
                        found.add(name.substring(prefix.length(), name.length() - ".class".length()).replace('/', '.'));
                    }
                }
            }
        }
        return found;
    }

    /** Writes the entries of a jar that a rule gives a new name to; null leaves one out. The manifest comes first. */
    static void rewrite(JarFile jar, Path to, UnaryOperator<String> rename) throws IOException {
        rewrite(jar, to, rename, c -> c);
    }

    /** Writes entries as rewrite does, with classes as another rule makes them. */
    static void rewrite(JarFile jar, Path to, UnaryOperator<String> rename, UnaryOperator<byte[]> classes) throws IOException {
        Map<String, ZipEntry> entries = new TreeMap<>(Comparator.comparing((String n) -> !n.equals("META-INF/")).thenComparing(n -> !n.equals(JarFile.MANIFEST_NAME)).thenComparing(n -> n));
        jar.stream().forEach(e -> {
            String name = rename.apply(e.getName());
            if (name != null && !name.isEmpty()) {
                entries.putIfAbsent(name, e);
            }
        });
        Files.createDirectories(to.getParent());
        try (ZipOutputStream out = new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(to)))) {
            for (Map.Entry<String, ZipEntry> e : entries.entrySet()) {
                ZipEntry entry = new ZipEntry(e.getKey());
                entry.setTimeLocal(TIME);
                out.putNextEntry(entry);
                if (e.getKey().endsWith(".class")) {
                    out.write(classes.apply(jar.getInputStream(e.getValue()).readAllBytes()));
                } else {
                    copy(jar, e.getValue(), out);
                }
            }
        }
    }

    private static void copy(JarFile jar, ZipEntry entry, OutputStream out) throws IOException {
        try (InputStream in = jar.getInputStream(entry)) {
            if (entry.getName().matches("META-INF/maven/.*/pom\\.properties")) {
                // Old archivers write the time into a comment.
                String text = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
                out.write(text.lines().filter(l -> !l.startsWith("#")).map(l -> l + "\n").collect(Collectors.joining()).getBytes(StandardCharsets.ISO_8859_1));
            } else {
                in.transferTo(out);
            }
        }
    }

    /** Reports entries that say who signed a jar: of what is written anew they are no longer true. */
    static boolean isSignature(String name) {
        return name.matches("META-INF/[^/]+\\.(SF|RSA|DSA|EC)");
    }

    private static final Map<Integer, String> MACHINES = Map.of(62, "amd64", 183, "arm64", 40, "arm", 3, "386", 243, "riscv64", 21, "ppc64le", 22, "s390x", 258, "loong64");

    /** Returns the architectures that a jar has Linux libraries for. */
    static Set<String> natives(Path file) throws IOException {
        Set<String> found = new TreeSet<>();
        try (JarFile jar = new JarFile(file.toFile(), false)) {
            Predicate<String> mayBe = n -> n.matches(".*\\.so(\\.[0-9.]+)?");
            for (String name : names(jar)) {
                if (mayBe.test(name)) {
                    try (InputStream in = jar.getInputStream(jar.getEntry(name))) {
                        String machine = machine(in.readNBytes(20));
                        if (machine != null) {
                            found.add(machine);
                        }
                    }
                }
            }
        }
        return found;
    }

    /** Returns the architecture of an ELF file, null for anything else. */
    private static String machine(byte[] head) {
        if (head.length < 20 || head[0] != 0x7f || head[1] != 'E' || head[2] != 'L' || head[3] != 'F') {
            return null;
        }
        boolean little = head[5] == 1;
        int machine = little ? head[18] & 0xff | (head[19] & 0xff) << 8 : head[19] & 0xff | (head[18] & 0xff) << 8;
        return MACHINES.get(machine);
    }
}
