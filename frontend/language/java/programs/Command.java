import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Runs a build tool: what it prints is shown as it comes, and kept. */
final class Command {
    /** How a command ended, and what it printed on both outputs. */
    record Result(int status, String text) {
        boolean failed() {
            return status != 0;
        }
    }

    private Command() {}

    /** Runs a command, with JVM flags appended to a variable that its launcher reads them from. */
    static Result run(List<String> command, String variable, List<String> flags) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        if (!flags.isEmpty()) {
            Map<String, String> env = builder.environment();
            env.merge(variable, String.join(" ", flags), (old, more) -> old + " " + more);
        }
        Process process = builder.start();
        process.getOutputStream().close();
        StringBuilder text = new StringBuilder();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                System.out.println(line);
                text.append(line).append('\n');
            }
        }
        return new Result(process.waitFor(), text.toString());
    }

    /** Ends what plugins have left running, which could change what is made of their results. */
    static void beAlone() throws IOException, InterruptedException {
        if (ProcessHandle.current().pid() == 1) {
            new ProcessBuilder("sh", "-c", "kill -9 -1").start().waitFor();
        }
    }
}
