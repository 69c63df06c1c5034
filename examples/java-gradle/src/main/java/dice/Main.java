package dice;

import org.apache.commons.math3.stat.descriptive.SummaryStatistics;

/** Prints what two dice give on average, and how far from it one throw is. */
public final class Main {
    public static void main(String[] args) {
        SummaryStatistics sums = throwAll();
        System.out.printf("%d throws of two dice: mean %.1f, deviation %.3f%n", sums.getN(), sums.getMean(), sums.getStandardDeviation());
    }

    static SummaryStatistics throwAll() {
        SummaryStatistics sums = new SummaryStatistics();
        for (int first = 1; first <= 6; first++) {
            for (int second = 1; second <= 6; second++) {
                sums.addValue(first + second);
            }
        }
        return sums;
    }
}
