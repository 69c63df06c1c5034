import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import javax.inject.Named;
import javax.inject.Singleton;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.lifecycle.LifecycleExecutionException;
import org.apache.maven.plugin.MojoExecution;
import org.apache.maven.plugin.MojoExecutionRunner;
import org.apache.maven.plugin.MojosExecutionStrategy;
import org.eclipse.sisu.Priority;

/**
 * Runs the goals of a module in place of Maven's own loop, and notes those that fail. An exception says whether
 * something could not be resolved, whatever words its plugin has for that. A fetch goes on with the next goal, which
 * may ask for something else. It is compiled with the Maven that it is for, of 3.9 or later.
 */
@Named
@Singleton
@Priority(1000)
public final class Goals implements MojosExecutionStrategy {
    private static final Path NOTES = Path.of(System.getProperty("stagefront.notes"));
    private static final boolean GOES_ON = Boolean.getBoolean("stagefront.goes.on");

    @Override
    public void execute(List<MojoExecution> goals, MavenSession session, MojoExecutionRunner runner) throws LifecycleExecutionException {
        for (MojoExecution goal : goals) {
            try {
                runner.run(goal);
            } catch (LifecycleExecutionException e) {
                note(goal.getArtifactId() + ":" + goal.getGoal(), session.getCurrentProject().getArtifactId(), e);
                if (!GOES_ON) {
                    throw e;
                }
            }
        }
    }

    /** Writes a line for each line of what the exceptions say: a kind, the goal, the module, and the text. */
    private static void note(String goal, String module, Throwable thrown) {
        String kind = "fails";
        List<String> said = new ArrayList<>();
        boolean plugin = false;
        for (Throwable e = thrown; e != null && said.size() < 100; e = e.getCause()) {
            String name = e.getClass().getSimpleName();
            plugin |= name.matches("MojoExecutionException|MojoFailureException|PluginExecutionException");
            if (name.matches(".*(NotFound|Resolution|ArtifactTransfer|ArtifactDescriptor)Exception")) {
                kind = plugin ? "lacks" : "misses";
            }
            String.valueOf(e.getMessage()).lines().map(String::strip).filter(l -> !l.isEmpty() && !said.contains(l)).forEach(said::add);
        }
        StringBuilder lines = new StringBuilder();
        for (String line : said) {
            lines.append(String.join("\t", kind, goal, module, line)).append('\n');
        }
        synchronized (NOTES) { // modules may be built side by side
            try {
                Files.writeString(NOTES, lines, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            } catch (IOException e) {
                throw new IllegalStateException("noting why " + goal + " failed", e);
            }
        }
    }
}
