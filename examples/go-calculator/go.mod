module example.com/calculator

go 1.26.0
