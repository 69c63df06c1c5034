import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;

/**
 * Serves repositories that want credentials to who has none: what is asked of it is asked of the repository with them.
 * They go to the repository's own host alone, and only to read.
 */
final class Broker {
    /** What of an answer is passed on: the sums that repositories tell in headers, and nothing of who is logged in. */
    private static final List<String> PASSED = List.of("content-type", "last-modified", "etag", "x-checksum-md5", "x-checksum-sha1",
        "x-checksum-sha256", "x-checksum-sha512");
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int REDIRECTS = 5;

    private final Map<String, Credentials.Door> doors;
    private final HttpServer server;
    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(PATIENCE)
        .followRedirects(HttpClient.Redirect.NEVER).build();
    // Some builders give all containers one network, so others may find the port.
    private final String token;

    Broker(Map<String, Credentials.Door> doors) throws IOException {
        this.doors = doors;
        byte[] random = new byte[16];
        new SecureRandom().nextBytes(random);
        token = HexFormat.of().formatHex(random);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/" + token + "/", this::answer);
        server.setExecutor(Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task);
            thread.setDaemon(true);
            return thread;
        }));
        server.start();
    }

    /** Returns where a repository is served. */
    String address(String id) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/" + token + "/" + URLEncoder.encode(id, StandardCharsets.UTF_8) + "/";
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String[] words = exchange.getRequestURI().getRawPath().split("/", 4);
            Credentials.Door door = words.length < 4 ? null : doors.get(java.net.URLDecoder.decode(words[2], StandardCharsets.UTF_8));
            boolean reads = List.of("GET", "HEAD").contains(exchange.getRequestMethod());
            if (door == null || !reads || exchange.getRequestURI().getRawQuery() != null || leadsOut(words[3])) {
                exchange.sendResponseHeaders(403, -1);
                return;
            }
            HttpResponse<InputStream> response = ask(door, exchange.getRequestMethod(), words[3]);
            try (InputStream body = response.body()) {
                pass(response, body, exchange);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Reports whether a path may name something else than a file of a repository. */
    private static boolean leadsOut(String path) {
        return !path.matches("[A-Za-z0-9._~+@!$,;=:()/%-]*") || path.matches("(?i).*(%2e|%2f|%5c|//).*") || List.of(path.split("/")).contains("..");
    }

    /** Returns the answer of the first of a door's addresses that has something. */
    private HttpResponse<InputStream> ask(Credentials.Door door, String method, String path) throws IOException, InterruptedException {
        HttpResponse<InputStream> response = null;
        for (String url : door.urls()) {
            if (response != null) {
                response.body().close();
            }
            response = follow(URI.create(url + "/" + path), method, door.headers());
            if (response.statusCode() != 404) {
                break;
            }
        }
        return response;
    }

    /** Asks an address, and those that it redirects to, which are given no credentials where they are of another host. */
    private HttpResponse<InputStream> follow(URI first, String method, Map<String, String> headers) throws IOException, InterruptedException {
        URI at = first;
        for (int n = 0;; n++) {
            HttpRequest.Builder request = HttpRequest.newBuilder(at).timeout(PATIENCE).method(method, HttpRequest.BodyPublishers.noBody());
            if (origin(at).equals(origin(first))) {
                headers.forEach(request::header);
            }
            HttpResponse<InputStream> response;
            try {
                response = client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
            } catch (IOException e) {
                Log.say("%s did not answer: %s", at, e);
                throw e;
            }
            String next = response.headers().firstValue("location").orElse("");
            if (response.statusCode() / 100 != 3 || next.isEmpty() || n == REDIRECTS) {
                if (response.statusCode() >= 400 && response.statusCode() != 404) {
                    Log.say("%s answers with status %d", at, response.statusCode());
                }
                return response;
            }
            response.body().close();
            at = at.resolve(next);
        }
    }

    private static String origin(URI uri) {
        return uri.getScheme() + "://" + uri.getHost() + ":" + uri.getPort();
    }

    /** Passes an answer on; where it is cut, so is what is passed on. */
    private static void pass(HttpResponse<InputStream> response, InputStream body, HttpExchange exchange) throws IOException {
        for (String name : PASSED) {
            response.headers().firstValue(name).ifPresent(value -> exchange.getResponseHeaders().set(name, value));
        }
        long length = response.headers().firstValueAsLong("content-length").orElse(-1);
        if (exchange.getRequestMethod().equals("HEAD") || length == 0) {
            exchange.sendResponseHeaders(response.statusCode(), -1);
            return;
        }
        exchange.sendResponseHeaders(response.statusCode(), Math.max(length, 0)); // 0: until the end
        OutputStream out = exchange.getResponseBody();
        body.transferTo(out);
        out.close();
    }
}
