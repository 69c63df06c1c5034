import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Runs a build tool: what it prints is shown as it comes, and kept. */
final class Command {
    /** How a tool begins to tell of a failure, which is news only where the step fails. */
    private static final Pattern ALARM = Pattern.compile("\\[(ERROR|FATAL)\\].*|\\[INFO\\] BUILD FAILURE|\\s+at [\\w.$/<>]+\\(.*|Caused by: .*");

    /** How Maven says that all is well, which is ours to say: a run may be of stubs, and one of several. */
    private static final Pattern VERDICT = Pattern.compile("\\[INFO\\] (BUILD SUCCESS|Total time: .*|Finished at: .*)");

    /** How a command ended, what it printed on both outputs, and what of that was not shown yet. */
    record Result(int status, String text, String held) {
        boolean failed() {
            return status != 0;
        }

        /** Shows what was held back. */
        void show() {
            System.out.print(held);
        }

        /** Returns the result with more that is known of why it failed. */
        Result and(String more) {
            return new Result(status, text + more, held);
        }
    }

    /**
     * Builders without root may show steps all processes of their machine, with those of other steps among them: the
     * container is then not alone.
     */
    private static final boolean ALONE = mounts("1").equals(mounts("self"));

    /** What runs before any foreign code does. */
    private static final Set<Long> OURS = running();

    private Command() {}

    /**
     * Runs a command, with JVM flags appended to a variable that its launcher reads them from. A calm one keeps what it
     * says of failures to itself until somebody wants it shown: a step may go on, or do without.
     */
    static Result run(List<String> command, String variable, List<String> flags, boolean calm) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        if (!flags.isEmpty()) {
            Map<String, String> env = builder.environment();
            env.merge(variable, String.join(" ", flags), (old, more) -> old + " " + more);
        }
        Process process = builder.start();
        process.getOutputStream().close();
        StringBuilder text = new StringBuilder(), held = new StringBuilder();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (calm && ALARM.matcher(line).matches()) {
                    held.append(line).append('\n');
                } else if (!calm || !VERDICT.matcher(line).matches()) {
                    System.out.println(line);
                }
                text.append(line).append('\n');
            }
        }
        return new Result(process.waitFor(), text.toString(), held.toString());
    }

    /** Ends what plugins have left running, which could change what is made of their results. */
    static void beAlone() throws IOException {
        for (int i = 0; i < 1000; i++) {
            Set<Long> left = running();
            left.removeAll(OURS);
            if (left.isEmpty()) {
                return;
            }
            left.forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
        }
        throw new IOException("what plugins have left running cannot be ended");
    }

    /** Returns which mounts a process sees: each container has its own. They are "" of one that may not be asked. */
    private static String mounts(String process) {
        try {
            return Files.readSymbolicLink(Path.of("/proc", process, "ns", "mnt")).toString();
        } catch (IOException e) {
            return "";
        }
    }

    /** Returns the processes of the container that have not ended. */
    private static Set<Long> running() {
        Set<Long> found = new HashSet<>();
        for (String name : new File("/proc").list()) {
            if (!name.matches("[0-9]+") || !ALONE && !mounts(name).equals(mounts("self"))) {
                continue;
            }
            try {
                String stat = Files.readString(Path.of("/proc", name, "stat"), StandardCharsets.ISO_8859_1);
                if (!stat.substring(stat.lastIndexOf(')') + 1).strip().matches("[ZX].*")) {
                    found.add(Long.valueOf(name));
                }
            } catch (IOException e) {
                // It has ended.
            }
        }
        return found;
    }
}
