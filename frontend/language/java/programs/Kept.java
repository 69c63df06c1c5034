import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Files of Maven's central repository that fetches downloaded, kept in a cache that root alone sees: an added dependency
 * costs its own download.
 *
 * <p>A fetch begins with what the last one had whose project names the same repositories. Whoever wrote the cache, a file
 * is taken from it only where the repository says today that this is its content; files of other repositories, snapshots
 * and lists of versions are never kept. What Maven did not ask for is gone when it has ended, so the result is that of a
 * fetch that begins with nothing.
 */
final class Kept {
    private static final Path CACHE = Path.of("/var/cache/maven");
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int AT_ONCE = 32, LONGEST = 1 << 12; // of what a repository says of a sum, in bytes

    /** What of a POM says where artifacts come from, where it names no repositories itself: they may be its parent's. */
    private static final Pattern PARENT = Pattern.compile("<parent>.*?</parent>", Pattern.DOTALL), ARTIFACT = Pattern.compile("<artifactId>[^<]*");
    private static final Pattern NAMES_REPOSITORIES = Pattern.compile("epositories>|<!DOCTYPE|<\\w+:project");
    private static final Pattern URL = Pattern.compile("<url>([^<]+)</url>");

    private final Path contents = CACHE.resolve("kept"), list;
    private final String url;
    private volatile boolean silent;

    private Kept(Path list, String url) {
        this.list = list;
        this.url = url;
    }

    /**
     * Returns what is kept for the project of this directory, null where nothing is: Maven is too old to say what it asks
     * for, or does not say what its central repository is.
     */
    static Kept of(List<String> command) throws IOException {
        if (!Files.isDirectory(CACHE) || !Notes.areTaken()) {
            return null;
        }
        String mirror = System.getenv("MAVEN_MIRROR_URL");
        String url = mirror != null && !mirror.isEmpty() ? mirror : central();
        if (url.isEmpty()) {
            return null;
        }
        Set<String> ways = new TreeSet<>();
        for (Path pom : Maven.poms()) {
            String text = Files.readString(pom, StandardCharsets.ISO_8859_1);
            if (NAMES_REPOSITORIES.matcher(text).find()) {
                ways.add(text);
            }
            PARENT.matcher(text).results().forEach(m -> ways.add(m.group()));
        }
        for (Path dir : List.of(Path.of(".mvn"), Notes.home().resolve("conf"))) {
            if (Files.isDirectory(dir)) {
                try (Stream<Path> all = Files.walk(dir)) {
                    for (Path file : all.filter(Files::isRegularFile).toList()) {
                        ways.add(file + "\n" + Files.readString(file, StandardCharsets.ISO_8859_1));
                    }
                }
            }
        }
        System.getenv().forEach((name, value) -> {
            if (name.matches("(?i).*_proxy|MAVEN_.*")) {
                ways.add(name + "=" + value);
            }
        });
        ways.add(command + " " + url + " " + Notes.home());
        Path lists = CACHE.resolve("lists").resolve(Sum.of(ways.toString()));
        for (Path dir : List.of(CACHE.resolve("kept"), lists.getParent())) {
            Files.createDirectories(dir);
            Files.setPosixFilePermissions(dir, PosixFilePermissions.fromString("rwx------"));
        }
        Files.createDirectories(lists);
        return new Kept(lists.resolve(Sum.of(name())), url.replaceFirst("/+$", ""));
    }

    /** Returns what the project of this directory is called, where that is easily seen: its fetches have a list of their own. */
    private static String name() throws IOException {
        Path pom = Path.of("pom.xml");
        Matcher m = ARTIFACT.matcher(Files.exists(pom) ? PARENT.matcher(Files.readString(pom, StandardCharsets.ISO_8859_1)).replaceAll("") : "");
        return m.find() ? m.group() : "";
    }

    /** Returns the list of the project, else the last one of another whose repositories are the same. */
    private List<Artifact> listed() throws IOException {
        if (Files.exists(list)) {
            return Artifact.read(list);
        }
        try (Stream<Path> others = Files.list(list.getParent())) {
            Path last = others.max(Comparator.comparing(p -> p.toFile().lastModified())).orElse(list);
            return Artifact.read(last);
        }
    }

    /** Returns the address of the central repository, as Maven has it; "" when it does not say. */
    private static String central() throws IOException {
        for (Path jar : Jars.in(Notes.home().resolve("lib"))) {
            if (!jar.getFileName().toString().startsWith("maven-model-builder")) {
                continue;
            }
            try (ZipFile zip = new ZipFile(jar.toFile())) {
                ZipEntry pom = zip.getEntry("org/apache/maven/model/pom-4.0.0.xml");
                Matcher m = URL.matcher(pom == null ? "" : new String(zip.getInputStream(pom).readAllBytes(), StandardCharsets.UTF_8));
                return m.find() ? m.group(1) : "";
            }
        }
        return "";
    }

    /** Puts what is kept into a repository that is empty. */
    void seed(Repository repository) throws IOException, InterruptedException {
        List<Artifact> listed = listed();
        if (listed.isEmpty()) {
            return;
        }
        List<Callable<Artifact>> tasks = new ArrayList<>();
        HttpClient client = HttpClient.newBuilder().connectTimeout(PATIENCE).followRedirects(HttpClient.Redirect.NORMAL).build();
        for (Artifact a : listed) {
            tasks.add(() -> place(client, a, repository.root().resolve(a.path())) ? a : null);
        }
        ExecutorService pool = Executors.newFixedThreadPool(AT_ONCE);
        List<Artifact> seeds = new ArrayList<>();
        try {
            for (Future<Artifact> placed : pool.invokeAll(tasks)) {
                if (placed.get() != null) {
                    seeds.add(placed.get());
                }
            }
        } catch (ExecutionException e) {
            seeds.clear(); // Maven says better what it is that does not answer
            repository.clear();
        } finally {
            pool.shutdown();
        }
        repository.claim(seeds);
        Artifact.write(Artifact.SEEDS, seeds);
        System.out.printf("took over %d of %d files that fetches before kept, which are as their repository has them%n", seeds.size(), tasks.size());
    }

    /** Copies a file out of the cache, and reports whether it is what its repository says. */
    private boolean place(HttpClient client, Artifact a, Path to) throws IOException, InterruptedException {
        Path kept = contents.resolve(a.sum());
        if (!Files.exists(kept) || !said(client, a).equals(a.sum())) {
            return false;
        }
        Files.createDirectories(to.getParent());
        Files.copy(kept, to);
        if (!Sum.of(to).equals(a.sum())) {
            Files.delete(to);
            Files.delete(kept); // a disk lost some of it
            return false;
        }
        Files.writeString(to.resolveSibling(to.getFileName() + ".sha1"), a.sum());
        return true;
    }

    /** Returns the sum that the repository says of a file, "" when it says none. Once it has not answered, it is not asked again. */
    private String said(HttpClient client, Artifact a) throws IOException, InterruptedException {
        if (silent) {
            return "";
        }
        HttpRequest asked = HttpRequest.newBuilder(URI.create(url + "/" + a.path() + ".sha1")).timeout(PATIENCE).build();
        try {
            HttpResponse<InputStream> answer = client.send(asked, HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream body = answer.body()) {
                return answer.statusCode() == 200 ? Sum.said(new String(body.readNBytes(LONGEST), StandardCharsets.ISO_8859_1)) : "";
            }
        } catch (IOException e) {
            silent = true;
            throw e;
        }
    }

    /** Keeps what came of the repository. What is read here was written by foreign code, and is taken for nothing but that. */
    void keep(Repository repository) throws IOException {
        List<Artifact> all = new ArrayList<>();
        for (Artifact a : Artifact.read(Artifact.CAME)) {
            Path file = repository.root().resolve(a.path());
            if (Files.exists(contents.resolve(a.sum()))) {
                all.add(a);
            } else if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                Path copy = Files.createTempFile(contents, "new", "");
                Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
                String sum = Sum.of(copy); // of what there is, whatever was said of it
                Files.move(copy, contents.resolve(sum), StandardCopyOption.ATOMIC_MOVE);
                all.add(new Artifact(sum, a.from(), a.path()));
            }
        }
        Path whole = Files.createTempFile(list.getParent(), "new", "");
        Artifact.write(whole, all);
        Files.move(whole, list, StandardCopyOption.ATOMIC_MOVE);
    }
}
