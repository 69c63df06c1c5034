import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Runs a command as a user who cannot read the secrets of the step: a build tool runs plugins, which are foreign code.
 *
 * <p>Secrets are files that root alone can read, and this program is all that runs as root. Repositories that want a
 * password are reached through a broker in it, which knows the passwords. Nothing that the command writes is read here where there are
 * secrets.
 */
final class Apart {
    /** The user nobody of every distribution. */
    private static final int NOBODY = 65534;
    private static final Path HOME = Path.of("/tmp/home");
    private static final Path SETTINGS = Path.of("/root/.m2/settings.xml"), SECRETS = Path.of("/run/secrets");

    private Apart() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        List<String> all = List.of(args);
        int split = all.indexOf("--");
        List<String> command = new ArrayList<>(all.subList(split + 1, args.length));
        boolean secrets = Files.exists(SETTINGS) || hasFiles(SECRETS);
        if (Files.exists(SETTINGS)) {
            broker();
        }
        // Who reads secrets reads nothing else that is foreign, and what passwords were needed for is kept for nobody.
        Kept kept = secrets ? null : Kept.of(command);
        Repository repository = new Repository(Maven.REPOSITORY);
        if (kept != null) {
            goOnline();
            kept.seed(repository);
        }
        if (isThere("setpriv")) {
            for (String dir : all.subList(0, split)) {
                give(Path.of(dir));
            }
            give(Files.createDirectories(HOME));
            Files.setAttribute(Path.of("/tmp"), "unix:mode", 01777);
            command.addAll(0, List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups", "--no-new-privs", "--"));
        } else if (secrets) {
            Log.say("the toolchain has no setpriv, which keeps secrets from plugins: take one with util-linux");
            System.exit(1);
        }
        ProcessBuilder process = new ProcessBuilder(command).inheritIO();
        process.environment().put("HOME", HOME.toString());
        int status = process.start().waitFor();
        if (kept != null && status == 0) {
            kept.keep(repository);
        }
        System.exit(status);
    }

    /** Opens the repositories that credentials are for, and writes settings that name them and no password. */
    private static void broker() throws IOException {
        goOnline();
        Path here = Path.of("").toAbsolutePath();
        // Those below sources are data of somebody's tests, and say nothing of repositories.
        List<Path> poms = Maven.poms().stream().filter(p -> !("/" + here.relativize(p)).matches(".*/(src|target)/.*")).toList();
        Credentials credentials = Credentials.read(SETTINGS, poms);
        credentials.proxies().forEach((name, value) -> System.getProperties().putIfAbsent(name, value));
        Broker broker = new Broker(credentials.doors());
        Files.writeString(Online.USER_SETTINGS, credentials.visible(broker::address));
    }

    private static void goOnline() {
        for (String property : Online.properties()) {
            String[] pair = property.substring("-D".length()).split("=", 2);
            System.setProperty(pair[0], pair[1]);
        }
    }

    private static boolean isThere(String program) {
        return Stream.of(System.getenv("PATH").split(":")).anyMatch(dir -> Files.isExecutable(Path.of(dir, program)));
    }

    private static boolean hasFiles(Path dir) throws IOException {
        if (!Files.isDirectory(dir)) {
            return false;
        }
        try (Stream<Path> all = Files.list(dir)) {
            return all.findAny().isPresent();
        }
    }

    /** Makes everything below a directory the other user's. */
    private static void give(Path dir) throws IOException {
        Files.walkFileTree(dir, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path p, BasicFileAttributes a) throws IOException {
                return visitFile(p, a);
            }

            @Override
            public FileVisitResult visitFile(Path p, BasicFileAttributes a) throws IOException {
                // What is that user's already, of a fetch before, would be copied only to be given again.
                if (!Integer.valueOf(NOBODY).equals(Files.getAttribute(p, "unix:uid", LinkOption.NOFOLLOW_LINKS))) {
                    Files.setAttribute(p, "unix:uid", NOBODY, LinkOption.NOFOLLOW_LINKS);
                    Files.setAttribute(p, "unix:gid", NOBODY, LinkOption.NOFOLLOW_LINKS);
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
