package java

import (
	"fmt"
	"testing"
)

// TestListens decides where servers are told to listen: on PORT, unless properties
// of the project say a port.
func TestListens(t *testing.T) {
	const (
		spring    = "<project><artifactId>shop</artifactId><dependencies><dependency><artifactId>spring-boot-starter-web</artifactId></dependency></dependencies></project>\n"
		quarkus   = "<project><artifactId>shop</artifactId><dependencies><dependency><artifactId>quarkus-rest</artifactId></dependency></dependencies></project>\n"
		batch     = "<project><artifactId>shop</artifactId><dependencies><dependency><artifactId>spring-boot-starter-batch</artifactId></dependency></dependencies></project>\n"
		gradle    = "plugins { id 'org.springframework.boot' version '3.5.7' }\ndependencies { implementation 'org.springframework.boot:spring-boot-starter-webflux' }\n"
		micronaut = "<project><artifactId>shop</artifactId><dependencies><dependency><artifactId>micronaut-http-server-netty</artifactId></dependency></dependencies></project>\n"
		kotlin    = "plugins { id(\"io.micronaut.application\") version \"4.4.4\" }\nmicronaut {\n    runtime(\"netty\")\n}\n"
		resource  = "-- src/main/resources/"
	)
	for _, c := range []struct{ spec, file, want string }{
		{"", "-- pom.xml --\n" + spring, "[SERVER_PORT=${PORT:8080}]"},
		{"ports: [9000, 9001]", "-- pom.xml --\n" + spring, "[SERVER_PORT=${PORT:9000}]"},
		{"", "-- pom.xml --\n" + quarkus, "[QUARKUS_HTTP_PORT=${PORT:8080}]"},
		{"", "-- build.gradle --\n" + gradle, "[SERVER_PORT=${PORT:8080}]"},
		{"", "-- pom.xml --\n" + micronaut, "[MICRONAUT_SERVER_PORT=${PORT:8080}]"},
		{"", "-- build.gradle.kts --\n" + kotlin, "[MICRONAUT_SERVER_PORT=${PORT:8080}]"},
		{"", "-- pom.xml --\n" + micronaut + resource + "application.properties --\nmicronaut.server.port=9000\n", "[]"},
		{"", "-- pom.xml --\n" + batch, "[]"},
		{"", "-- pom.xml --\n" + spring + resource + "application.properties --\n# server.port=1\nserver.address=0.0.0.0\n", "[SERVER_PORT=${PORT:8080}]"},
		{"", "-- pom.xml --\n" + spring + resource + "application.properties --\nserver.port = 8443\n", "[]"},
		{"", "-- pom.xml --\n" + spring + resource + "application-prod.yml --\nserver:\n  ssl:\n    enabled: true\n  port: 8443\n", "[]"},
		{"", "-- pom.xml --\n" + spring + resource + "config/application.yaml --\nserver.port: 8443\n", "[]"},
		{"", "-- pom.xml --\n" + quarkus + resource + "application.properties --\nquarkus.http.port=${PORT:9000}\n", "[]"},
		{"files: [config/application.yml]", "-- config/application.yml --\nserver:\n  port: 9090\n-- pom.xml --\n" + spring, "[]"},
		{"files: [config]", "-- config/application.properties --\nserver.port=9090\n-- pom.xml --\n" + spring, "[]"},
		{"files: ['config/*.yaml']", "-- config/shop.yaml --\nserver:\n  port: 9090\n-- pom.xml --\n" + spring, "[]"},
		{"files: [{source: conf, from: shop.properties}]", "-- pom.xml --\n" + spring, "[]"},
		{"files: [config, {to: /data}]", "-- config/application.yml --\nserver:\n  name: a\n-- pom.xml --\n" + spring, "[SERVER_PORT=${PORT:8080}]"},
	} {
		if got := fmt.Sprint(decided(t, c.spec, c.file).Image.Env); got != c.want {
			t.Errorf("%s\n%s\ngot %s, want %s", c.spec, c.file, got, c.want)
		}
	}
}
