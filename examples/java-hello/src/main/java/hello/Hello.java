package hello;

/** Greets its arguments, and says where it runs. */
public final class Hello {
    public static void main(String[] args) {
        String name = args.length == 0 ? "world" : String.join(" ", args);
        System.out.printf("Hello, %s, from Java %d on %s%n", name, Runtime.version().feature(), System.getProperty("os.arch"));
    }
}
