package java

import (
	"slices"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
)

// unreadOptions is the rule about variables that only scripts read.
var unreadOptions = language.Rule{ID: "UnreadJavaOptions", Doc: "Options for the JVM in a variable that nothing reads"}

// scripted are the variables that start scripts hand to the JVM. An image has no
// such script.
var scripted = []string{"JAVA_OPTS", "JAVA_OPTIONS", "JAVA_ARGS", "JVM_OPTS", "JVM_ARGS", "CATALINA_OPTS", "MAVEN_OPTS", "GRADLE_OPTS"}

// unreadByJVM warns of options that the spec's env means for the JVM and that it does
// not get.
func unreadByJVM(p *language.Project) (diags diag.List) {
	for _, v := range p.Spec.Env {
		if slices.Contains(scripted, v.Name.Value) {
			d := diags.Warnf(v.Name.Range, "nothing reads %s: no script starts the program", v.Name.Value)
			d.Rule, d.Hint = unreadOptions.ID, "write \"JAVA_TOOL_OPTIONS\", which the JVM reads by itself"
		}
	}
	return diags
}
