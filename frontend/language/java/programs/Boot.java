import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarFile;

/** The indexes of a Spring Boot archive: the order of its libraries, and which layer each is in. */
final class Boot {
    enum Layer { DEPENDENCIES, SNAPSHOTS, APPLICATION }

    private static final String CLASSES = "BOOT-INF/classes/", LIBRARIES = "BOOT-INF/lib/";

    private final JarFile jar;
    private final Map<String, String> layers = new TreeMap<>();

    Boot(JarFile jar) throws IOException {
        this.jar = jar;
        String layer = "";
        for (String line : lines("BOOT-INF/layers.idx")) {
            String name = line.replaceFirst("^\\s*-\\s*\"", "").replaceFirst("\":?\\s*$", "");
            if (line.startsWith("- ")) {
                layer = name;
            } else {
                layers.put(name, layer);
            }
        }
    }

    private List<String> lines(String name) throws IOException {
        var entry = jar.getEntry(name);
        if (entry == null) {
            return List.of();
        }
        try (var in = jar.getInputStream(entry)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().filter(l -> !l.isBlank()).toList();
        }
    }

    /** Returns the libraries in the order of the class path. */
    List<String> libraries() throws IOException {
        List<String> names = new ArrayList<>();
        for (String line : lines("BOOT-INF/classpath.idx")) {
            String name = line.replaceFirst("^\\s*-\\s*\"", "").replaceFirst("\"\\s*$", "");
            names.add(name.startsWith(LIBRARIES) ? name : LIBRARIES + name);
        }
        jar.stream().map(e -> e.getName()).filter(n -> n.startsWith(LIBRARIES) && n.endsWith(".jar") && !names.contains(n)).forEach(names::add);
        // The launcher alone asks for the tools of a jarmode, and it is not what starts the program.
        return names.stream().filter(n -> jar.getEntry(n) != null && !n.startsWith(LIBRARIES + "spring-boot-jarmode-")).toList();
    }

    /** Returns the layer of a library: what the longest entry of the index that fits says. */
    Layer layer(String name) {
        String best = "";
        for (String prefix : layers.keySet()) {
            if (name.startsWith(prefix) && prefix.length() > best.length()) {
                best = prefix;
            }
        }
        String layer = layers.getOrDefault(best, "");
        if (layer.equals(layers.get(CLASSES)) && !layer.isEmpty()) {
            return Layer.APPLICATION;
        }
        return layer.contains("snapshot") || name.contains("-SNAPSHOT") ? Layer.SNAPSHOTS : Layer.DEPENDENCIES;
    }

    /** Returns the name of an entry in the jar of the application alone, null for what is not of it. */
    String application(String name) {
        if (name.startsWith(CLASSES)) {
            return name.substring(CLASSES.length());
        }
        if (name.startsWith("BOOT-INF/") || name.startsWith("org/springframework/boot/loader/") || Jars.isSignature(name)
            || name.startsWith("META-INF/services/java.nio.file.spi.")) {
            return null;
        }
        return name;
    }
}
