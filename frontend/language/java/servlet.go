package java

import (
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
)

// forContainer reports a module whose war nothing but a servlet container starts, before
// anything is fetched for it. A parent that is in a repository may have a plugin that
// makes it start by itself; whoever names an entrypoint knows better, too.
func (m *mavenModule) forContainer(p *language.Project) (diags diag.List) {
	packaging := m.pom.Get("packaging")
	if packaging.Text() != "war" || p.Spec.Entrypoint.IsSet() {
		return nil
	}
	starts := append([]string{"mainClass", "Main-Class"}, mavenPackagers...)
	for at := m; at != nil; at = at.parent {
		text := string(at.pom.Range.Source.Data)
		if at.parent == nil && at.pom.Get("parent") != nil || slices.ContainsFunc(starts, func(s string) bool { return strings.Contains(text, s) }) {
			return nil
		}
	}
	diags.Errorf(packaging.Range, "%s makes a war that does not start by itself: it is for a servlet container", m.id()).Hint =
		"let the build make an archive with a server in it: spring-boot-maven-plugin does of a war, too"
	return diags
}
