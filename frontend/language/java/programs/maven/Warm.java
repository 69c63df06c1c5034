import java.io.OutputStream;
import javax.inject.Named;
import javax.inject.Singleton;
import javax.tools.ToolProvider;
import org.apache.maven.eventspy.AbstractEventSpy;

/** Compiles by the arguments of a file before Maven does anything, where its classes and the compiler's are to be kept. */
@Named
@Singleton
public final class Warm extends AbstractEventSpy {
    private static final String ARGUMENTS = System.getProperty("stagefront.compiles");

    @Override
    public void init(Context context) {
        if (ARGUMENTS != null) {
            OutputStream nobody = OutputStream.nullOutputStream();
            ToolProvider.getSystemJavaCompiler().run(null, nobody, nobody, "@" + ARGUMENTS);
        }
    }
}
