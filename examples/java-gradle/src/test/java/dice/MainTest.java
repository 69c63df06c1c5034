package dice;

import static org.junit.Assert.assertEquals;

import org.junit.Test;

public class MainTest {
    @Test
    public void sevenIsTheMean() {
        assertEquals(7.0, Main.throwAll().getMean(), 1e-9);
    }
}
