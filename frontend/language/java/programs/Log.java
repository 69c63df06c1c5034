import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What the logs of build tools say of why they failed. */
final class Log {
    /** How Maven and Gradle begin to say that an artifact did not come. */
    private static final Pattern NOT_TRANSFERRED = Pattern.compile("Could not transfer (?:artifact|metadata)|Could not (?:GET|HEAD|get resource|resolve|download|parse)");

    /** How Maven says that what came has not the sum that the repository says, where it is told to take it. */
    private static final Pattern ALTERED = Pattern.compile("Checksum validation failed, expected");

    /** Signs that there is no such host: of a repository that a build does without it is no news. */
    private static final Pattern NO_HOST = Pattern.compile("UnknownHostException|Unknown host|Name or service not known|Temporary failure in name resolution");

    /** Signs that nothing answered, or not as it should. An artifact that a repository does not have is none. */
    private static final Pattern UNREACHABLE = Pattern.compile(NO_HOST
        + "|Connection refused|Connection reset|[Tt]imed out|No route to host|Network is unreachable"
            + "|PKIX path|SSLHandshakeException|SSLException|Premature end|NoHttpResponseException|Checksum validation failed"
            + "|ConnectionClosedException|MalformedChunkCodingException|status(?: code)?:? (?:401|403|407|408|429|5\\d\\d)|Could not (?:GET|HEAD) '|Could not parse POM|Could not download .*(?:IOException|Premature)");

    /** Signs that an artifact was not fetched. */
    private static final Pattern LACKED = Pattern.compile(
        "in offline mode and the artifact \\S+ has not been downloaded|offline mode|has not been downloaded from it before"
            + "|No cached version of |No cached resource |was not found in \\S+ during a previous attempt|present, but unavailable"
            + "|required artifacts? (?:is|are) missing|requires online mode");

    /** Signs that a plugin asks the network for something by itself. */
    private static final Pattern CUT_OFF = Pattern.compile(
        "UnknownHostException|Unknown host|Network is unreachable|Connection refused|Name or service not known|Temporary failure in name resolution");

    private Log() {}

    /** Returns the first line that says that something was not transferred, "" when there is none. What plugins ask of the network by themselves is not for an image. */
    static String failure(String text) {
        return text.lines().filter(line -> ALTERED.matcher(line).find() || NOT_TRANSFERRED.matcher(line).find() && isFailure(line)).filter(line -> !isOptional(line))
            .findFirst().map(String::strip).orElse("");
    }

    /** Reports whether a message of a transfer says that nothing answered, or not as it should. */
    static boolean isFailure(String message) {
        return UNREACHABLE.matcher(message).find();
    }

    /** Reports a warning of a repository whose host does not exist: what it might list, others do. */
    private static boolean isOptional(String line) {
        return line.contains("WARN") && line.contains("transfer metadata") && NO_HOST.matcher(line).find();
    }

    /**
     * Returns the line that says what is missing, "" when a build failed for another reason. What tests of a project
     * say of a network they have not is another reason.
     */
    static String lacked(String text, boolean tests) {
        return text.lines().filter(line -> LACKED.matcher(line).find() || !tests && CUT_OFF.matcher(line).find())
            .findFirst().map(Log::clause).orElse("");
    }

    /** Returns the part of a line that names what is missing, without what stands around it. */
    private static String clause(String line) {
        Matcher offline = Pattern.compile("the artifact (\\S+) has not been downloaded|No cached version of (\\S+)").matcher(line);
        if (offline.find()) {
            return (offline.group(1) != null ? offline.group(1) : offline.group(2)) + " was not fetched";
        }
        String text = line.replaceFirst("^\\s*(\\[\\w+\\])?\\s*", "").strip();
        return text.length() > 300 ? text.substring(0, 300) + "…" : text;
    }

    /** A message of a build tool or plugin, and what helps; %s is what the message names. */
    private record Advice(Pattern message, String help) {
        static Advice on(String message, String help) {
            return new Advice(Pattern.compile(message), help);
        }
    }

    private static final List<Advice> ADVICE = List.of(
        Advice.on("release version (\\d+) not supported|invalid (?:source|target) release: (\\d+)", "the project is for a newer Java: write \"version: %s\""),
        Advice.on("has been compiled by a more recent version of the Java Runtime \\(class file version (\\d+)", "a library or plugin is for a newer Java: raise \"version\" (class file version %s; 61 is 17, 65 is 21, 69 is 25)"),
        Advice.on("(?:Source|Target) option (\\d+) is no longer supported", "no Java that there is a runtime of compiles for level %s: raise maven.compiler.release, or the version of maven-compiler-plugin"),
        Advice.on("Cannot find a Java installation .*?languageVersion=(\\d+)", "the build wants Java %s itself: take one of 17, 21 and 25"),
        Advice.on("\\.git.* (?:is not found|not found)|[Nn]ot a git repository", "a plugin asks for a repository, which a build context has not: write \"build: {flags: [-Dmaven.gitcommitid.skip=true]}\", or the flag of that plugin"),
        Advice.on("no checksums available", "the repository has no sums of its files: put them there, or take its files as they come with \"build: {flags: [-c]}\""),
        Advice.on("gpg(?:: signing failed|\\.exe)", "signing is for releases: turn it off with a flag of the plugin in \"build: {flags: […]}\""));

    /** Says what helps against a failure that is known. */
    static void advise(String text) {
        String errors = text.lines().filter(l -> l.contains("[ERROR]") || !l.startsWith("[")).collect(Collectors.joining("\n"));
        for (Advice a : ADVICE) {
            Matcher m = a.message.matcher(errors);
            if (m.find()) {
                String named = "";
                for (int i = 1; i <= m.groupCount(); i++) {
                    named = m.group(i) != null ? m.group(i) : named;
                }
                say("%s", a.help.replace("%s", named));
                return;
            }
        }
    }

    /** Says something to the person watching. */
    static void say(String format, Object... args) {
        System.out.println("\nstagefront: " + String.format(format, args));
    }
}
