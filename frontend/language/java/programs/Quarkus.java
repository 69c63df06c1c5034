import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.jar.JarFile;

/**
 * What Quarkus writes, the same whenever it is written. Its build numbers the values that it keeps for the start of the
 * program in the order in which its threads come to them; here they are numbered in the order of the classes.
 */
final class Quarkus {
    private static final int UTF8 = 1;

    private final Map<String, String> keys = new HashMap<>();

    private Quarkus() {}

    /** Copies an archive of Quarkus'. */
    static void rewrite(Path from, Path to) throws IOException {
        try (JarFile open = new JarFile(from.toFile(), false)) {
            Quarkus written = new Quarkus();
            for (String name : Jars.names(open)) { // sorted
                if (name.endsWith(".class")) {
                    written.numbered(open.getInputStream(open.getEntry(name)).readAllBytes());
                }
            }
            Jars.rewrite(open, to, n -> n, written::numbered);
        }
    }

    /** Returns a class with the keys in its constants numbered anew. */
    private byte[] numbered(byte[] file) {
        try {
            DataInputStream in = new DataInputStream(new ByteArrayInputStream(file));
            ByteArrayOutputStream bytes = new ByteArrayOutputStream(file.length);
            DataOutputStream out = new DataOutputStream(bytes);
            out.writeLong(in.readLong()); // what it is, and of which version
            int count = in.readUnsignedShort();
            out.writeShort(count);
            for (int i = 1; i < count; i++) {
                int tag = in.readUnsignedByte();
                out.writeByte(tag);
                if (tag == UTF8) {
                    out.writeUTF(key(in.readUTF()));
                } else {
                    out.write(in.readNBytes(size(tag)));
                }
                i += tag == 5 || tag == 6 ? 1 : 0; // long and double count twice
            }
            in.transferTo(out);
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String key(String text) {
        return text.matches("proxykey\\d+") ? keys.computeIfAbsent(text, k -> "proxykey" + keys.size()) : text;
    }

    /** Returns how long a constant is. https://docs.oracle.com/javase/specs/jvms/se21/html/jvms-4.html#jvms-4.4 */
    private static int size(int tag) throws IOException {
        return switch (tag) {
            case 5, 6 -> 8;
            case 3, 4, 9, 10, 11, 12, 17, 18 -> 4;
            case 15 -> 3;
            case 7, 8, 16, 19, 20 -> 2;
            default -> throw new IOException("a constant of the kind " + tag);
        };
    }
}
