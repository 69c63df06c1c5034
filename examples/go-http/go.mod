module example.com/greeter

go 1.26.0

require (
	github.com/go-chi/chi/v5 v5.5.0
	github.com/google/uuid v1.6.0
	go.yaml.in/yaml/v4 v4.0.0
)
