import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

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
            + "|required artifacts? (?:is|are) missing|requires online mode(?!.*skipping)|^\\[LACKED\\]");

    /** How Maven says that it left out a goal of the project's, and goes on. */
    private static final Pattern SKIPPED = Pattern.compile("Goal '?([^' ]+)'? requires online mode for execution but Maven is currently offline, skipping");

    /** Signs that a plugin asks the network for something by itself. */
    private static final Pattern CUT_OFF = Pattern.compile(
        "UnknownHostException|Unknown host|Network is unreachable|Connection refused|Name or service not known|Temporary failure in name resolution");

    private Log() {}

    /** Returns the first line that says that something was not transferred, "" when there is none. What plugins ask of the network by themselves is not for an image. */
    static String failure(String text) {
        return text.lines().filter(line -> ALTERED.matcher(line).find() || NOT_TRANSFERRED.matcher(line).find() && isFailure(line)).filter(line -> !isOptional(line))
            .findFirst().map(line -> line.replaceFirst("^\\[\\w+\\]\\s*", "").strip()).orElse("");
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
        List<String> lines = text.lines().toList();
        List<String> found = lines.stream().filter(line -> LACKED.matcher(line).find() || !tests && CUT_OFF.matcher(line).find()).toList();
        if (found.isEmpty()) {
            return "";
        }
        // A list of what is missing is above the line that says so.
        return Stream.concat(found.stream(), lines.stream().filter(line -> LISTED.matcher(line).find()))
            .filter(line -> NAMED.matcher(line).find()).findFirst().map(Log::clause).orElse(clause(found.get(0)));
    }

    private static final Pattern LISTED = Pattern.compile("^(?:\\[\\w+\\])?\\s*1\\) \\S+:\\S+:\\S+");

    /** Returns the part of a line that names what is missing, without what stands around it. */
    private static String clause(String line) {
        Matcher offline = NAMED.matcher(line);
        if (offline.find()) {
            return offline.group(1) + " was not fetched";
        }
        return shortened(line.replaceFirst("^\\s*(\\[\\w+\\])?\\s*", "").strip());
    }

    /** What a message of something missing names: what it is about, or the first of a list. */
    private static final Pattern NAMED = Pattern.compile("(?:the artifact |No cached version of |Could not find artifact |\\b1\\) )([^\\s:]+:[^\\s:]+:\\S+)");

    /** Returns the goals that Maven left out of a run without network. */
    static Set<String> skipped(String text) {
        Set<String> goals = new TreeSet<>();
        text.lines().map(SKIPPED::matcher).filter(Matcher::find).forEach(m -> goals.add(m.group(1)));
        return goals;
    }

    private static final Pattern GOAL = Pattern.compile(
        "Failed to execute goal (?:[\\w.-]+:)?([\\w.-]+):[\\w.-]+:([\\w.-]+) (?:\\([^)]*\\) )?on project ([\\w.-]+): (.*?)(?: -> \\[Help \\d+\\])?");

    /** Returns what a tool says first of its failure, "" where it says nothing that is known for that. */
    static String firstError(String text) {
        List<String> lines = text.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).replaceFirst("^\\[(ERROR|FATAL)\\]\\s*", "");
            Matcher goal = GOAL.matcher(line);
            if (goal.matches()) {
                return goal.group(1) + ":" + goal.group(2) + " of module " + goal.group(3) + ": " + shortened(goal.group(4).strip());
            }
            if (line.equals("* What went wrong:") && i + 1 < lines.size()) {
                String cause = i + 2 < lines.size() ? " " + lines.get(i + 2).strip() : "";
                return shortened(lines.get(i + 1).strip() + cause);
            }
        }
        return "";
    }

    private static String shortened(String text) {
        return text.length() > 300 ? text.substring(0, 300) + "…" : text;
    }

    /** Says something to the person watching. */
    static void say(String format, Object... args) {
        System.out.println("\nstagefront: " + String.format(format, args));
    }
}
