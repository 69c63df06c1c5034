package catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class CatalogTest {
    @Test
    void findsByAuthor() throws Exception {
        assertEquals("[{\"title\":\"The Mythical Man-Month\",\"author\":\"Frederick P. Brooks\",\"year\":1975}]", Catalog.load().find("Brooks"));
    }
}
