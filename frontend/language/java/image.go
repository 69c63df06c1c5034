package java

import (
	"github.com/stagefront/stagefront/frontend/language"
)

// image returns what goes into the image. The flags are in a file that the JVM
// reads before its variables, so that those of whoever runs the image win.
func (j *project) image() language.Image {
	layer := func(name string) language.Layer {
		return language.Layer{Name: name, Copies: []language.Copy{{Path: name, To: language.AppDir}}}
	}
	application := layer("application")
	application.Files = []language.File{{Path: flagsFile, Data: "MaxRAMPercentage=75\n+ExitOnOutOfMemoryError\n"}}
	return language.Image{
		Layers:     []language.Layer{layer("dependencies"), layer("snapshots"), application},
		Entrypoint: []string{j.java, "-XX:Flags=" + flagsFile},
		Env:        j.tool.listen.env,
	}
}
