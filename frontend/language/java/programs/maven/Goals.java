import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import javax.inject.Inject;
import javax.inject.Named;
import javax.inject.Singleton;
import org.apache.maven.artifact.resolver.filter.CumulativeScopeArtifactFilter;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.lifecycle.LifecycleExecutionException;
import org.apache.maven.lifecycle.internal.LifecycleDependencyResolver;
import org.apache.maven.plugin.MojoExecution;
import org.apache.maven.plugin.MojoExecutionRunner;
import org.apache.maven.plugin.MojosExecutionStrategy;
import org.apache.maven.project.MavenProject;
import org.eclipse.sisu.Priority;

/**
 * Runs the goals of a module in place of Maven's own loop, and notes those that fail. An exception says whether
 * something could not be resolved, whatever words its plugin has for that. A fetch goes on with the next goal, which
 * may ask for something else. After the last one the module's class path at run time is written down. It is compiled
 * with the Maven that it is for, of 3.9 or later.
 */
@Named
@Singleton
@Priority(1000)
public final class Goals implements MojosExecutionStrategy {
    private static final Path NOTES = Path.of(System.getProperty("stagefront.notes"));
    private static final boolean GOES_ON = Boolean.getBoolean("stagefront.goes.on");
    private static final String CLASS_PATH = System.getProperty("stagefront.class.path"); // below the module

    private static final List<String> RUN_TIME = List.of("compile", "runtime");

    /** What goals ask for that brings what a program needs at run time. */
    private static final Set<String> ENOUGH = Set.of("test", "runtime", "compile+runtime", "runtime+system");

    private final LifecycleDependencyResolver resolver;

    @Inject
    public Goals(LifecycleDependencyResolver resolver) {
        this.resolver = resolver;
    }

    @Override
    public void execute(List<MojoExecution> goals, MavenSession session, MojoExecutionRunner runner) throws LifecycleExecutionException {
        for (MojoExecution goal : goals) {
            attempt(goal.getArtifactId() + ":" + goal.getGoal(), session, () -> runner.run(goal));
        }
        attempt("class-path", session, () -> writeClassPath(goals, session));
    }

    /** What a module's build does, one after the other. */
    private interface Work {
        void run() throws LifecycleExecutionException;
    }

    private static void attempt(String name, MavenSession session, Work work) throws LifecycleExecutionException {
        try {
            work.run();
        } catch (LifecycleExecutionException e) {
            note(name, session.getCurrentProject().getArtifactId(), e);
            if (!GOES_ON) {
                throw e;
            }
        }
    }

    /** Writes the files that the module needs at run time. Goals had them resolved, most likely. */
    private void writeClassPath(List<MojoExecution> goals, MavenSession session) throws LifecycleExecutionException {
        MavenProject module = session.getCurrentProject();
        if (goals.stream().noneMatch(g -> ENOUGH.contains(String.valueOf(g.getMojoDescriptor().getDependencyResolutionRequired())))) {
            resolver.resolveProjectDependencies(module, RUN_TIME, RUN_TIME, session, false, Set.of());
        }
        if (GOES_ON) {
            return; // of goals that failed, there may be no files
        }
        module.setArtifactFilter(new CumulativeScopeArtifactFilter(RUN_TIME)); // each goal sets its own
        String files = module.getArtifacts().stream().map(a -> a.getFile().getPath()).collect(Collectors.joining(":"));
        Path to = module.getBasedir().toPath().resolve(CLASS_PATH);
        try {
            Files.createDirectories(to.getParent());
            Files.writeString(to, files, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("writing the class path", e);
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
