package java

import (
	"fmt"
	"strings"
	"testing"
)

// TestUnread decides what an edit of compiles nothing: prose and git's directory, unless
// a plugin may read them, or a POM names them.
func TestUnread(t *testing.T) {
	const (
		all    = "[.git README.md stagefront.yaml]"
		others = "-- README.md --\n-- .git/HEAD --\n-- src/main/java/Main.java --\n"
		plugin = "<build><plugins><plugin><artifactId>%s</artifactId></plugin></plugins></build>"
	)
	for _, c := range []struct{ inside, more, want string }{
		{"", "", all},
		{fmt.Sprintf(plugin, "spring-boot-maven-plugin") + "<scm><url>https://example.com/shop.git</url></scm>", "", all},
		{fmt.Sprintf(plugin, "git-commit-id-maven-plugin"), "", "[]"},
		{"<profiles><profile>" + fmt.Sprintf(plugin, "exec-maven-plugin") + "</profile></profiles>", "", "[]"},
		{"<parent><artifactId>spring-boot-starter-parent</artifactId></parent>", "", all},
		{"<parent><artifactId>company</artifactId></parent>", "", "[]"},
		{"<build><resources><resource><directory>${project.basedir}</directory></resource></resources></build>", "", "[]"},
		{"<build><resources><resource><directory>../..</directory><includes><include>LICENSE*</include></includes></resource></resources></build>", "", "[]"},
		{"<build><resources><resource><directory>${project.parent.basedir}/</directory></resource></resources></build>", "", "[]"},
		{"<build><resources><resource><directory>${basedir}/src/main/conf</directory></resource></resources></build>", "", all},
		{"<build><resources><resource><includes><include>readme.md</include></includes></resource></resources></build>", "", "[.git stagefront.yaml]"},
		{"", "-- .mvn/extensions.xml --\n<extensions/>\n", "[]"},
	} {
		r := decided(t, "", strings.Replace(pom, "</project>", c.inside+"</project>", 1)+others+c.more)
		for _, s := range r.Compile.Chain() {
			if got := fmt.Sprint(s.Unread); got != c.want {
				t.Errorf("%s%s: %q does not read %s, want %s", c.inside, c.more, s.Name, got, c.want)
			}
		}
	}
}
