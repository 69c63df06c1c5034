package catalog;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** The books that are to be had, from a file that lies beside this class. */
public final class Catalog {
    /** A book, as the file and the answers have it. */
    public record Book(String title, String author, int year) {}

    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<Book> books;

    private Catalog(List<Book> books) {
        this.books = books;
    }

    public static Catalog load() throws IOException {
        try (InputStream file = Catalog.class.getResourceAsStream("books.json")) {
            return new Catalog(JSON.readValue(file, new TypeReference<>() {}));
        }
    }

    /** Returns the books whose title or author contains the word, as JSON. */
    public String find(String word) throws IOException {
        return JSON.writeValueAsString(books.stream().filter(b -> (b.title() + " " + b.author()).contains(word)).toList());
    }
}
