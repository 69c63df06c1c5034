package java

import (
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/stagefront/stagefront/frontend/diag"
	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/xml"
)

// address is one of the web in a build file.
var address = regexp.MustCompile(`(?i)https?://[^\s"'<>]+`)

// credentials reports addresses of repositories with credentials in them: the
// files are part of the build's cache, which others may read.
func (b *mavenBuild) credentials() (diags diag.List) {
	look := func(file *xml.Node) {
		for _, url := range addresses(file) {
			if language.HasPlainCredentials(url.Text()) {
				diags.Errorf(url.Range, "the address of a repository has credentials in it").Hint =
					"give them to a server of that id in a settings.xml: --secret id=settings.xml,src=$HOME/.m2/settings.xml"
			}
		}
	}
	for _, file := range slices.Sorted(maps.Keys(b.poms)) {
		look(b.poms[file].pom)
	}
	for _, name := range b.settings() {
		file, _ := xml.Read(b.fsys, name) // Maven tells what is wrong with it
		look(file)
	}
	return diags
}

// settings returns the settings that the project itself brings. Maven takes them
// where its configuration beside them says so.
func (b *mavenBuild) settings() []string {
	if !language.IsDir(b.fsys, path.Join(b.root, ".mvn")) {
		return nil
	}
	return slices.Concat(language.Glob(b.fsys, b.root, "settings*.xml"), language.Glob(b.fsys, b.root, ".mvn/settings*.xml"))
}

// addresses returns the addresses of the repositories and mirrors of a file, and the
// properties that may be such.
func addresses(file *xml.Node) (found []*xml.Node) {
	var look func(n *xml.Node)
	look = func(n *xml.Node) {
		holder := strings.HasSuffix(strings.ToLower(n.Name), "repository") || n.Name == "mirror"
		for _, c := range n.Children {
			if c.Name == "url" && holder || n.Name == "properties" && address.MatchString(c.Text()) {
				found = append(found, c)
			}
			look(c)
		}
	}
	if file != nil {
		look(file)
	}
	return found
}

// credentials reports addresses with credentials in files of a build.
func (b *gradleBuild) credentials() (diags diag.List) {
	for _, f := range slices.Concat(b.modules, b.files) {
		for _, at := range address.FindAllIndex(f.src.Data, -1) {
			url := string(f.src.Data[at[0]:at[1]])
			if !language.HasPlainCredentials(url) {
				continue
			}
			user := strings.Index(url, "://") + len("://")
			diags.Errorf(f.src.Range(at[0]+user, at[0]+strings.LastIndex(url, "@")), "the address has credentials in it").Hint =
				"read them from a file of \"build.secrets\": new File('/run/secrets/…').text"
		}
	}
	return diags
}
