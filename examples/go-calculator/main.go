// Command calculator reads expressions such as "1 + 2", one a line, and prints
// their results.
package main

import (
	"bufio"
	"fmt"
	"os"
)

func main() {
	lines := bufio.NewScanner(os.Stdin)
	failed := false
	for lines.Scan() {
		result, err := calculate(lines.Text())
		if err != nil {
			fmt.Fprintln(os.Stderr, "calculator:", err)
			failed = true
			continue
		}
		fmt.Println(result)
	}
	if failed || lines.Err() != nil {
		os.Exit(1)
	}
}

// calculate returns the result of "a op b", where op is one of + - * /.
func calculate(expression string) (float64, error) {
	var a, b float64
	var op string
	if _, err := fmt.Sscan(expression, &a, &op, &b); err != nil {
		return 0, fmt.Errorf("got %q, want a number, an operator and a number", expression)
	}
	switch op {
	case "+":
		return a + b, nil
	case "-":
		return a - b, nil
	case "*":
		return a * b, nil
	case "/":
		if b == 0 {
			return 0, fmt.Errorf("%q divides by zero", expression)
		}
		return a / b, nil
	}
	return 0, fmt.Errorf("unknown operator %q, want one of + - * /", op)
}
