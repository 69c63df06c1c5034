package hello;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** The hello of Spring's guides, with health checks by the actuator. */
@SpringBootApplication
@RestController
public class Application {
    private final String name;

    Application(@Value("${greeting.name}") String name) {
        this.name = name;
    }

    @GetMapping("/")
    String hello() {
        return "Hello, " + name + ", from Spring on " + System.getProperty("os.arch") + "\n";
    }

    public static void main(String[] args) {
        SpringApplication.run(Application.class, args);
    }
}
