import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A message of a build tool or plugin, and what helps.
 *
 * @param help %s in it is what the message names
 * @param when what else must be so
 */
record Advice(Pattern message, String help, BooleanSupplier when) {
    private static Advice on(String message, String help) {
        return new Advice(Pattern.compile(message), help, () -> true);
    }

    private static final List<Advice> ALL = List.of(
        on("release version (\\d+) not supported|invalid (?:source|target) release: (\\d+)", "the project is for a newer Java: write \"version: %s\""),
        on("has been compiled by a more recent version of the Java Runtime \\(class file version (\\d+)",
            "a library or plugin is for a newer Java: raise \"version\" (class file version %s; 61 is 17, 65 is 21, 69 is 25)"),
        on("(?:Source|Target) option (\\d+) is no longer supported",
            "no Java that there is a runtime of compiles for level %s: raise maven.compiler.release, or the version of maven-compiler-plugin"),
        on("Cannot find a Java installation .*?languageVersion=(\\d+)", "the build wants Java %s itself: take one of 17, 21 and 25"),
        new Advice(Pattern.compile("(?:^|[\\s/'\"(])\\.git(?: directory| folder)? (?:is |was )?not found|[Rr]epository not found: \\S*/\\.git\\b|[Nn]ot a git repository", Pattern.MULTILINE),
            "a plugin asks for the repository, and the build context has no .git: let it in, which an ignore file may hide, or write"
                + " \"build: {flags: [-Dmaven.gitcommitid.skip=true]}\", or the flag of that plugin", () -> !hasGit()),
        on("PKIX path|unable to find valid certification path", "behind a proxy that has its own CA, add --secret id=ca-certificates,src=<bundle>"),
        on("no checksums available", "the repository has no sums of its files: put them there, or take its files as they come with \"build: {flags: [-c]}\""),
        on("gpg(?:: signing failed|\\.exe)", "signing is for releases: turn it off with a flag of the plugin in \"build: {flags: […]}\""));

    private static boolean hasGit() {
        for (Path dir = Path.of("").toAbsolutePath(); dir != null; dir = dir.getParent()) {
            if (Files.exists(dir.resolve(".git"))) {
                return true;
            }
        }
        return false;
    }

    /** Returns what helps against a failure that is known, "" against others. */
    static String on(String log) {
        String errors = log.lines().filter(l -> l.contains("[ERROR]") || !l.startsWith("[")).collect(Collectors.joining("\n"));
        for (Advice a : ALL) {
            Matcher m = a.message.matcher(errors);
            if (m.find() && a.when.getAsBoolean()) {
                String named = "";
                for (int i = 1; i <= m.groupCount(); i++) {
                    named = m.group(i) != null ? m.group(i) : named;
                }
                return a.help.replace("%s", named);
            }
        }
        return "";
    }
}
