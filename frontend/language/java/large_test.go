package java

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/spec"
	"github.com/stagefront/stagefront/frontend/trial"
)

// large are projects of n dependencies, modules, parents or references: larger
// than any that there is, where time that grows with the square would show.
func large(n int) map[string]fstest.MapFS {
	const dependency = "<dependency><groupId>g</groupId><artifactId>a%d</artifactId><version>1</version></dependency>"
	many := func(format string) string {
		var out strings.Builder
		for i := range n {
			fmt.Fprintf(&out, format, i)
		}
		return out.String()
	}
	one := func(text string) fstest.MapFS { return fstest.MapFS{"pom.xml": {Data: []byte(text)}} }
	modules := one("<project><artifactId>all</artifactId><packaging>pom</packaging><modules>" + many("<module>m%d</module>") + "</modules></project>")
	parents := one("<project><artifactId>p</artifactId><parent><artifactId>p</artifactId><relativePath>0.xml</relativePath></parent></project>")
	shared := one("<project><artifactId>all</artifactId><packaging>pom</packaging><modules>" + many("<module>m%d</module>") + "</modules><dependencies>" +
		many(dependency) + "</dependencies></project>")
	for i := range n / 10 {
		shared[fmt.Sprintf("m%d/pom.xml", i)] = &fstest.MapFile{Data: fmt.Appendf(nil, "<project><artifactId>a%d</artifactId><parent><artifactId>all</artifactId></parent><dependencies>"+dependency+"</dependencies></project>", i, i+1)}
		modules[fmt.Sprintf("m%d/pom.xml", i)] = &fstest.MapFile{Data: fmt.Appendf(nil, "<project><artifactId>a%d</artifactId><parent><artifactId>all</artifactId></parent></project>", i)}
		parents[fmt.Sprintf("%d.xml", i)] = &fstest.MapFile{Data: fmt.Appendf(nil, "<project><artifactId>p</artifactId><parent><artifactId>p</artifactId><relativePath>%d.xml</relativePath></parent></project>", i+1)}
	}
	return map[string]fstest.MapFS{
		"dependencies": one("<project><artifactId>a</artifactId><dependencies>" + many(dependency+"\n") + "</dependencies></project>"),
		"line":         one("<project><artifactId>a</artifactId><dependencies>" + many(dependency) + "</dependencies></project>"),
		"references":   one("<project><artifactId>a</artifactId><properties>" + many("<p%d>1</p%[1]d>") + "<java.version>" + many("${p%d}") + "</java.version></properties></project>"),
		"modules":      modules,
		"shared":       shared,
		"main classes": one("<project><artifactId>a</artifactId><properties>" + many("<p%d>a.M%[1]d</p%[1]d>") + "</properties><build><plugins>" + many("<mainClass>${p%d}</mainClass>") + "</plugins></build></project>"),
		"passwords":    one("<project><artifactId>a</artifactId><properties>" + many("<p%d>http://a:b@c/${p%[1]d}</p%[1]d>") + "</properties></project>"),
		"jars":         one("<project><artifactId>a</artifactId><dependencies>" + many("<dependency><scope>system</scope><systemPath>${basedir}/%d.jar</systemPath></dependency>") + "</dependencies></project>"),
		"parents":      parents,
		"gradle":       {"build.gradle": {Data: []byte("plugins { id 'application' }\n" + many("implementation 'g:a%d:1'\n"))}},
	}
}

func plan(t testing.TB, fsys fstest.MapFS) {
	t.Helper()
	p := &language.Project{FS: fsys, Spec: trial.Spec(t, "language: java", spec.Request{Platform: trial.AMD64}), Memo: &language.Memo{}}
	recipe(p, trial.AMD64)
}

// TestBounds refuses what no project has, with how much that is.
func TestBounds(t *testing.T) {
	for name, want := range map[string]string{
		"parents": "99.xml:1:36: there are more than 100 parents above each other",
		"modules": "the build has more than 10000 modules",
	} {
		fsys := large(110_000)[name]
		p := &language.Project{FS: fsys, Spec: trial.Spec(t, "language: java", spec.Request{Platform: trial.AMD64}), Memo: &language.Memo{}}
		if _, diags := recipe(p, trial.AMD64); !strings.Contains(diags.Error(), want) {
			t.Errorf("%s: got %.300s, want %s", name, diags.Error(), want)
		}
	}
}

// TestLarge decides large projects, each in a part of a second.
func TestLarge(t *testing.T) {
	for name, fsys := range large(11_000) {
		start := time.Now()
		plan(t, fsys)
		if took := time.Since(start); took > time.Minute {
			t.Errorf("%s took %v", name, took)
		}
	}
}

func BenchmarkLarge(b *testing.B) {
	for _, n := range []int{1_000, 10_000} {
		for name, fsys := range large(n) {
			b.Run(fmt.Sprintf("%s/%d", name, n), func(b *testing.B) {
				for b.Loop() {
					plan(b, fsys)
				}
			})
		}
	}
}
