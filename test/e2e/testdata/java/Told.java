import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Has the frontend's programs meet what goes wrong, without what they run in a container of their own: "program"
 * puts together what is in target, "end" ends a step whose log is there, "follow" asks a server.
 */
final class Told {
    private Told() {}

    public static void main(String[] args) throws Exception {
        switch (args[0]) {
            case "program" -> program(new Options(args));
            case "end" -> new Options(args).end(new Command.Result(1, Files.readString(Path.of("log")), ""), false);
            case "follow" -> follow(Integer.parseInt(args[1]));
            default -> throw new IllegalArgumentException(args[0]);
        }
    }

    private static void program(Options options) throws IOException {
        Path path = Path.of("target/path");
        List<Path> libraries = Files.exists(path) ? Files.readAllLines(path).stream().map(l -> Path.of(l).toAbsolutePath()).toList() : List.of();
        Report report = new Report();
        Maven.warnOfSkipped(Files.exists(Path.of("log")) ? Files.readString(Path.of("log")) : "", report);
        new Program(options, Jars.in(Path.of("target")), libraries, List.of(Path.of("target/classes").toAbsolutePath()), List.of(), report).assemble();
    }

    private static void follow(int status) throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", e -> {
            if (status > 0) {
                e.sendResponseHeaders(status, -1);
            }
            e.close();
        });
        server.start();
        String url = "http://127.0.0.1:" + server.getAddress().getPort();
        Broker broker = new Broker(Map.of("own", new Credentials.Door(List.of(url), Map.of())));
        HttpRequest request = HttpRequest.newBuilder(URI.create(broker.address("own") + "a.pom")).build();
        try {
            HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.discarding());
        } finally {
            System.exit(0); // servers do not end by themselves
        }
    }
}
