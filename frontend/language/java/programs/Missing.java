import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the POMs of a project ask for and no repository has: a mistake in one of them, or a module that is elsewhere. */
final class Missing {
    /** What Maven itself resolves is missed; what a plugin asks for may be no more than a wish. */
    private static final Pattern NOWHERE = Pattern.compile(
        "^(?:\\[MISSED\\]|\\[(?:ERROR|FATAL)\\].*(?:Non-resolvable|Could not resolve dependencies|could not be resolved|Unresolveable))"
            + ".*?Could not find artifact (\\S+) in (\\S+ \\([^)]*\\))(?:.*@ (?:.*/src/(\\S+), )?line (\\d+))?");
    /** Of plugins Maven says it in two lines. */
    private static final Pattern CONTINUED = Pattern.compile("(could not be resolved:)[ \\t]*\\R\\[ERROR\\]\\s+(?=Could not find artifact)");
    private static final Pattern OTHERS = Pattern.compile("(?s)<!--.*?-->|<(dependencies|dependencyManagement|build|profiles|reporting|modules)>.*?</\\1>");
    private static final Pattern PARENT = Pattern.compile("(?s)<parent>(.*?)</parent>");

    private final List<Path> poms;
    private final List<String> texts;
    private final List<String> ids = new ArrayList<>(), groups = new ArrayList<>();

    /** @param texts what is in the files */
    Missing(List<Path> poms, List<String> texts) {
        this.poms = poms;
        this.texts = texts;
        for (String text : texts) {
            String own = OTHERS.matcher(text).replaceAll("");
            Matcher parent = PARENT.matcher(own);
            String above = parent.find() ? parent.group(1) : "";
            own = PARENT.matcher(own).replaceAll("");
            ids.add(element(own, "artifactId"));
            groups.add(own.contains("<groupId>") ? element(own, "groupId") : element(above, "groupId"));
        }
    }

    static Missing of(List<Path> poms) throws IOException {
        List<String> texts = new ArrayList<>();
        for (Path pom : poms) {
            texts.add(Files.readString(pom, StandardCharsets.ISO_8859_1));
        }
        return new Missing(poms, texts);
    }

    private static String element(String xml, String name) {
        Matcher m = Pattern.compile("<" + name + ">\\s*(.*?)\\s*</").matcher(xml);
        return m.find() ? m.group(1) : "";
    }

    /** Returns what a log says is missing, with what may be the reason, "" when there is nothing. */
    String in(String log) {
        if (texts.stream().anyMatch(t -> t.matches("(?s).*<url>\\s*file:.*"))) {
            return ""; // a repository in the project, which is not here yet
        }
        for (String line : CONTINUED.matcher(log).replaceAll("$1 ").lines().toList()) {
            Matcher m = NOWHERE.matcher(line);
            // An artifact of the project itself is missing because its module was not built.
            if (m.find() && !ids.contains(m.group(1).split(":")[1])) {
                String where = m.group(4) == null ? place(m.group(1)) : (m.group(3) == null ? "pom.xml" : m.group(3)) + ":" + m.group(4);
                return (where.isEmpty() ? "" : where + ": ") + m.group(1) + " is in none of the repositories, of which " + m.group(2) + " is one; "
                    + help(m.group(1).split(":")[0], line);
            }
        }
        return "";
    }

    /** Returns where an artifact is asked for, "" where no POM says it in so many words. */
    private String place(String artifact) {
        Path here = Path.of("/src");
        for (int i = 0; i < texts.size(); i++) {
            List<String> lines = texts.get(i).lines().toList();
            for (int n = 0; n < lines.size(); n++) {
                if (lines.get(n).contains("<artifactId>" + artifact.split(":")[1] + "</artifactId>")) {
                    return here.relativize(poms.get(i)) + ":" + (n + 1);
                }
            }
        }
        return "";
    }

    private String help(String group, String line) {
        if (line.contains("Non-resolvable parent POM") || groups.contains(group)) {
            return "is it a module beside this one? Build from the directory that has both, with this one as \"project\"";
        }
        return "is its name or its version mistyped? A repository that has it is named in the POM or in settings.xml";
    }
}
