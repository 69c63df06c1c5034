import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;

/** What a class file says of how it can be started. https://docs.oracle.com/javase/specs/jvms/se25/html/jvms-4.html */
final class ClassFile {
    private static final int PUBLIC = 0x0001, PRIVATE = 0x0002, STATIC = 0x0008;
    private static final int JAVA_25 = 69;

    private final DataInputStream in;
    private final String[] texts;
    private final int major;

    private ClassFile(InputStream stream) throws IOException {
        in = new DataInputStream(stream);
        in.readInt();
        in.readUnsignedShort();
        major = in.readUnsignedShort();
        texts = constants();
    }

    /** Reports whether a class has a main method. Since Java 25 that may be one of an object, without arguments. */
    static boolean hasMain(InputStream stream) throws IOException {
        ClassFile file = new ClassFile(stream);
        file.in.skipNBytes(6);
        file.in.skipNBytes(2L * file.in.readUnsignedShort());
        return file.member(false) | file.member(true);
    }

    private String[] constants() throws IOException {
        String[] out = new String[in.readUnsignedShort()];
        for (int i = 1; i < out.length; i++) {
            int tag = in.readUnsignedByte();
            switch (tag) {
                case 1 -> out[i] = in.readUTF();
                case 7, 8, 16, 19, 20 -> in.skipNBytes(2);
                case 15 -> in.skipNBytes(3);
                case 3, 4, 9, 10, 11, 12, 17, 18 -> in.skipNBytes(4);
                case 5, 6 -> {
                    in.skipNBytes(8);
                    i++; // of two places
                }
                default -> throw new IOException("constant of kind " + tag);
            }
        }
        return out;
    }

    /** Reads the fields, or the methods, and reports whether a main method is among them. */
    private boolean member(boolean methods) throws IOException {
        boolean found = false;
        for (int n = in.readUnsignedShort(); n > 0; n--) {
            int flags = in.readUnsignedShort();
            String name = texts[in.readUnsignedShort()], type = texts[in.readUnsignedShort()];
            found |= methods && name.equals("main") && starts(flags, type);
            for (int attributes = in.readUnsignedShort(); attributes > 0; attributes--) {
                in.skipNBytes(2);
                in.skipNBytes(in.readInt() & 0xffffffffL);
            }
        }
        return found;
    }

    private boolean starts(int flags, String type) {
        boolean takesArguments = type.equals("([Ljava/lang/String;)V");
        if (takesArguments && (flags & (PUBLIC | STATIC)) == (PUBLIC | STATIC)) {
            return true;
        }
        return major >= JAVA_25 && (flags & PRIVATE) == 0 && (takesArguments || type.equals("()V"));
    }
}
