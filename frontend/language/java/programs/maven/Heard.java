import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.inject.Named;
import javax.inject.Singleton;
import org.apache.maven.eventspy.AbstractEventSpy;
import org.eclipse.aether.RepositoryEvent;

/** Notes which files of its repository Maven asks for, where somebody wants to know: what it does not is not a fetch's. */
@Named
@Singleton
public final class Heard extends AbstractEventSpy {
    private static final String FILE = System.getProperty("stagefront.heard");

    private final Set<String> files = ConcurrentHashMap.newKeySet();

    @Override
    public void onEvent(Object event) {
        if (event instanceof RepositoryEvent e && e.getType() == RepositoryEvent.EventType.ARTIFACT_RESOLVED && e.getFile() != null) {
            files.add(e.getFile().toString());
        }
    }

    @Override
    public void close() {
        if (FILE == null) {
            return;
        }
        try {
            Files.write(Path.of(FILE), files, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException("noting what was asked for", e);
        }
    }
}
