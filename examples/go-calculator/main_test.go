package main

import "testing"

func TestCalculate(t *testing.T) {
	for expression, want := range map[string]float64{"1 + 2": 3, "7 - 9": -2, "3 * 1.5": 4.5, "1 / 4": 0.25} {
		if got, err := calculate(expression); err != nil || got != want {
			t.Errorf("%s: got %v, %v, want %v", expression, got, err, want)
		}
	}
	for _, expression := range []string{"", "1 +", "1 ^ 2", "1 / 0"} {
		if got, err := calculate(expression); err == nil {
			t.Errorf("%q: got %v, want an error", expression, got)
		}
	}
}
