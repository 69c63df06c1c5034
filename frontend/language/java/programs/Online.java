import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.List;

/**
 * What a build tool needs to reach the network as whoever builds wants it: the certificates of the system's bundle,
 * which no JVM reads, proxies, which it does not take from the environment, and a mirror.
 */
final class Online {
    private static final Path BUNDLE = Path.of("/etc/ssl/certs/ca-certificates.crt");
    private static final Path TRUST = Path.of("/tmp/trust.p12");
    private static final Path SETTINGS = Path.of("/tmp/settings.xml");

    /** The settings of whoever builds, without passwords; there is none where nobody gave any. */
    static final Path USER_SETTINGS = Path.of("/tmp/user-settings.xml");

    /** How long a repository may say nothing, in the words of Maven's versions. It would wait for half an hour. */
    static final List<String> PATIENCE = List.of("-Daether.connector.requestTimeout=60000", "-Daether.connector.connectTimeout=20000",
        "-Daether.transport.http.requestTimeout=60000", "-Daether.transport.http.connectTimeout=20000", "-Dmaven.wagon.rto=60000");

    private Online() {}

    /** Returns the system properties of a JVM that goes online. */
    static List<String> properties() {
        List<String> flags = new ArrayList<>();
        if (Files.exists(BUNDLE)) {
            if (!Files.exists(TRUST)) {
                writeTrust();
            }
            flags.addAll(List.of("-Djavax.net.ssl.trustStore=" + TRUST, "-Djavax.net.ssl.trustStorePassword=changeit"));
        }
        for (String scheme : List.of("http", "https")) {
            URI proxy = proxy(scheme);
            if (proxy != null) {
                flags.add("-D" + scheme + ".proxyHost=" + proxy.getHost());
                flags.add("-D" + scheme + ".proxyPort=" + port(proxy));
            }
        }
        if (!flags.isEmpty() && !hosts().isEmpty()) {
            flags.add("-Dhttp.nonProxyHosts=" + hosts());
        }
        return flags;
    }

    private static void writeTrust() {
        try (InputStream in = Files.newInputStream(BUNDLE); var out = Files.newOutputStream(TRUST)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            int n = 0;
            for (Certificate c : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("ca-" + n++, c);
            }
            store.store(out, "changeit".toCharArray());
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("reading the certificates of " + BUNDLE, e);
        }
    }

    private static URI proxy(String scheme) {
        for (String name : List.of(scheme.toUpperCase() + "_PROXY", scheme + "_proxy", "ALL_PROXY", "all_proxy")) {
            String value = System.getenv(name);
            if (value != null && !value.isEmpty()) {
                return URI.create(value.contains("://") ? value : "http://" + value);
            }
        }
        return null;
    }

    private static int port(URI proxy) {
        return proxy.getPort() < 0 ? 80 : proxy.getPort();
    }

    /** Returns the hosts that are reached without a proxy, as Java lists them. */
    private static String hosts() {
        String list = System.getenv("NO_PROXY") != null ? System.getenv("NO_PROXY") : System.getenv("no_proxy");
        if (list == null) {
            return "";
        }
        List<String> hosts = new ArrayList<>();
        for (String host : list.split("[,\\s]+")) {
            hosts.add(host.startsWith(".") ? "*" + host : host);
        }
        return String.join("|", hosts);
    }

    /**
     * Writes Maven's global settings: its own, with proxies and the mirror. A settings.xml of whoever builds is the
     * user's, and comes first. https://maven.apache.org/settings.html
     */
    static Path settings() throws IOException {
        StringBuilder xml = new StringBuilder("<settings><mirrors>");
        String mirror = System.getenv("MAVEN_MIRROR_URL");
        if (mirror != null && !mirror.isEmpty()) {
            xml.append("<mirror><id>mirror</id><mirrorOf>*</mirrorOf><url>").append(escaped(mirror)).append("</url></mirror>");
        } else {
            // As Maven's own settings have it: plain HTTP is refused.
            xml.append("<mirror><id>maven-default-http-blocker</id><mirrorOf>external:http:*</mirrorOf><url>http://0.0.0.0/</url><blocked>true</blocked></mirror>");
        }
        xml.append("</mirrors><proxies>");
        for (String scheme : List.of("http", "https")) {
            URI proxy = proxy(scheme);
            if (proxy != null) {
                String[] user = proxy.getUserInfo() == null ? new String[0] : proxy.getUserInfo().split(":", 2);
                xml.append("<proxy><id>").append(scheme).append("</id><protocol>").append(scheme).append("</protocol><host>")
                    .append(escaped(proxy.getHost())).append("</host><port>").append(port(proxy)).append("</port>");
                if (user.length == 2) {
                    xml.append("<username>").append(escaped(user[0])).append("</username><password>").append(escaped(user[1])).append("</password>");
                }
                xml.append("<nonProxyHosts>").append(escaped(hosts())).append("</nonProxyHosts></proxy>");
            }
        }
        Files.writeString(SETTINGS, xml.append("</proxies></settings>"));
        return SETTINGS;
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;");
    }
}
