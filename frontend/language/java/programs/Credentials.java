import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.transform.TransformerException;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;

/**
 * What a settings.xml says of passwords, and the same settings without them.
 *
 * <p>A server's credentials are for the addresses that the settings, or POMs of the project, give to its id. Those of a
 * dependency's POM get none: Maven itself would send them wherever any POM says. https://maven.apache.org/settings.html
 */
final class Credentials {
    /** A repository that is opened with credentials: where it is, and the headers that are sent there. */
    record Door(List<String> urls, Map<String, String> headers) {}

    private static final Pattern REFERENCE = Pattern.compile("\\$\\{([^}]+)\\}");
    private static final Pattern SECRET = Pattern.compile("(?i)pass|secret|token|credential|api.?key|private.?key");

    private final Document settings;
    private final Map<String, Map<String, String>> servers = new LinkedHashMap<>();
    private final Map<String, Door> doors = new LinkedHashMap<>();

    private Credentials(Document settings) {
        this.settings = settings;
    }

    static Credentials read(Path file, List<Path> poms) throws IOException {
        Credentials c;
        try {
            c = new Credentials(parsed(file));
        } catch (SAXException e) {
            Log.say("the secret settings.xml is no XML: %s", e.getMessage());
            System.exit(1);
            throw new IllegalStateException(e);
        }
        c.readServers();
        for (Element mirror : all(c.settings, "mirror")) {
            c.open(text(mirror, "id"), c.value(text(mirror, "url"), null));
        }
        c.openRepositories(c.settings);
        for (Path pom : poms) {
            try {
                c.openRepositories(parsed(pom));
            } catch (SAXException e) {
                continue; // which Maven tells
            }
        }
        return c;
    }

    private static Document parsed(Path file) throws IOException, SAXException {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            var builder = factory.newDocumentBuilder();
            builder.setErrorHandler(null);
            return builder.parse(file.toFile());
        } catch (ParserConfigurationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns the repositories that credentials are for, by id. */
    Map<String, Door> doors() {
        return doors;
    }

    /** Returns the system properties of a JVM that uses the proxies of the settings; those of the environment come before them. */
    Map<String, String> proxies() {
        Map<String, String> properties = new LinkedHashMap<>();
        for (Element proxy : all(settings, "proxy")) {
            if (text(proxy, "active").equals("false")) {
                continue;
            }
            // Maven takes that of http for https too, where there is no other.
            for (String scheme : text(proxy, "protocol").equals("https") ? List.of("https") : List.of("http", "https")) {
                properties.putIfAbsent(scheme + ".proxyHost", text(proxy, "host"));
                properties.putIfAbsent(scheme + ".proxyPort", text(proxy, "port").isEmpty() ? "8080" : text(proxy, "port"));
            }
            properties.putIfAbsent("http.nonProxyHosts", text(proxy, "nonProxyHosts"));
            if (!text(proxy, "password").isEmpty()) {
                Log.say("the proxy of settings.xml is asked without its password, which plugins would see: give it as HTTPS_PROXY if they may");
            }
        }
        return properties;
    }

    private void readServers() {
        for (Element server : all(settings, "server")) {
            Map<String, String> headers = new LinkedHashMap<>();
            String user = value(text(server, "username"), null), password = value(text(server, "password"), null);
            if (password.matches("\\{.*\\}")) {
                Log.say("the password of server %s is encrypted, and nobody has the key here: write it in the clear into the settings.xml that is given", text(server, "id"));
            }
            if (!user.isEmpty()) {
                headers.put("Authorization", basic(user + ":" + password));
            }
            for (Element property : all(server, "property")) {
                headers.put(text(property, "name"), value(text(property, "value"), null));
            }
            servers.put(text(server, "id"), headers);
        }
    }

    private static String basic(String pair) {
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    /** Opens the repositories of settings or a POM, as far as no mirror stands in for them. */
    private void openRepositories(Document file) {
        String mirror = System.getenv("MAVEN_MIRROR_URL");
        if (mirror != null && !mirror.isEmpty()) {
            return; // it stands in for all
        }
        for (String kind : List.of("repository", "pluginRepository")) {
            for (Element repository : all(file, kind)) {
                String id = text(repository, "id"), url = value(text(repository, "url"), file);
                if (!isMirrored(id, url) && !(url.startsWith("http:") && isExternal(url))) {
                    open(id, url);
                }
            }
        }
    }

    /** Notes an address of an id, where there are credentials for it: a server's, or in the address itself. */
    private void open(String id, String url) {
        if (!url.matches("https?://[^/]+.*") || url.contains("${")) {
            return;
        }
        Map<String, String> headers = servers.getOrDefault(id, Map.of());
        Matcher user = Pattern.compile("^(https?://)([^/@]+)@(.*)$").matcher(url);
        if (user.matches()) {
            headers = Map.of("Authorization", basic(java.net.URLDecoder.decode(user.group(2).replace("+", "%2B"), StandardCharsets.UTF_8)));
            url = user.group(1) + user.group(3);
        }
        if (!headers.isEmpty()) {
            Door door = doors.computeIfAbsent(id, i -> new Door(new ArrayList<>(), new LinkedHashMap<>()));
            door.headers().putAll(headers);
            String at = url.replaceFirst("/+$", "");
            if (!door.urls().contains(at)) {
                door.urls().add(at);
            }
        }
    }

    /** Reports whether a mirror of the settings stands in for a repository, as Maven decides it. */
    private boolean isMirrored(String id, String url) {
        return all(settings, "mirror").stream().anyMatch(m -> matches(text(m, "mirrorOf"), id, url));
    }

    private static boolean matches(String patterns, String id, String url) {
        boolean found = false;
        for (String p : patterns.split(",")) {
            String pattern = p.strip();
            if (pattern.equals("!" + id)) {
                return false;
            }
            if (pattern.equals(id)) {
                return true;
            }
            found |= pattern.equals("*") || pattern.equals("external:*") && isExternal(url)
                || pattern.equals("external:http:*") && url.startsWith("http:") && isExternal(url);
        }
        return found;
    }

    private static boolean isExternal(String url) {
        return !url.matches("file:.*|[a-z]+://([^/@]*@)?(localhost|127\\.0\\.0\\.1)([:/].*)?");
    }

    /** Returns a text with the environment and properties of a file in place of references to them. */
    private String value(String text, Document file) {
        return REFERENCE.matcher(text).replaceAll(m -> {
            String name = m.group(1), found = name.startsWith("env.") ? System.getenv(name.substring("env.".length())) : null;
            if (found == null && file != null) {
                found = all(file, "properties").stream().map(p -> text(p, name)).filter(t -> !t.isEmpty()).findFirst().orElse(null);
            }
            return Matcher.quoteReplacement(found != null ? found : m.group());
        });
    }

    /**
     * Returns the settings as plugins may see them: without servers, users of proxies, and properties that are called
     * like passwords; addresses that want credentials are those of the broker.
     */
    String visible(UnaryOperator<String> address) {
        for (String name : List.of("servers", "username", "password")) {
            all(settings, name).forEach(e -> e.getParentNode().removeChild(e));
        }
        for (Element properties : all(settings, "properties")) {
            children(properties).stream().filter(p -> SECRET.matcher(p.getTagName()).find()).forEach(properties::removeChild);
        }
        Map<String, Door> left = new LinkedHashMap<>(doors);
        for (Element mirror : all(settings, "mirror")) {
            if (left.remove(text(mirror, "id")) != null) {
                all(mirror, "url").forEach(u -> u.setTextContent(address.apply(text(mirror, "id"))));
            }
        }
        for (String kind : List.of("repository", "pluginRepository")) {
            for (Element r : all(settings, kind)) {
                all(r, "url").stream().filter(u -> u.getTextContent().matches("(?s).*://[^/]*@.*")).forEach(u -> u.setTextContent(address.apply(text(r, "id"))));
            }
        }
        if (!left.isEmpty()) {
            Element mirrors = settings.createElement("mirrors");
            left.keySet().forEach(id -> mirrors.appendChild(mirror(id, address.apply(id))));
            merge(mirrors);
        }
        return written();
    }

    private Element mirror(String id, String url) {
        Element mirror = settings.createElement("mirror");
        for (String[] pair : new String[][] {{"id", id}, {"mirrorOf", id}, {"url", url}}) {
            Element e = settings.createElement(pair[0]);
            e.setTextContent(pair[1]);
            mirror.appendChild(e);
        }
        return mirror;
    }

    /** Puts mirrors beside those that there are. */
    private void merge(Element mirrors) {
        List<Element> there = all(settings, "mirrors");
        if (there.isEmpty()) {
            settings.getDocumentElement().appendChild(mirrors);
        } else {
            children(mirrors).forEach(there.get(0)::appendChild);
        }
    }

    private String written() {
        try {
            StringWriter out = new StringWriter();
            TransformerFactory.newInstance().newTransformer().transform(new DOMSource(settings), new StreamResult(out));
            return out.toString();
        } catch (TransformerException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<Element> all(Node in, String name) {
        var nodes = in instanceof Document d ? d.getElementsByTagName(name) : ((Element) in).getElementsByTagName(name);
        List<Element> found = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) {
            found.add((Element) nodes.item(i));
        }
        return found;
    }

    private static List<Element> children(Element in) {
        List<Element> found = new ArrayList<>();
        for (Node n = in.getFirstChild(); n != null; n = n.getNextSibling()) {
            if (n instanceof Element e) {
                found.add(e);
            }
        }
        return found;
    }

    /** Returns the text of a child of a name, "" when there is none. */
    private static String text(Element in, String name) {
        return children(in).stream().filter(e -> e.getTagName().equals(name)).findFirst().map(e -> e.getTextContent().strip()).orElse("");
    }
}
