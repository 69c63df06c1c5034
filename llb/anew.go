package llb

// AnewStages are the stages that whoever builds can have built anew, by their names:
// --no-cache-filter names some, --no-cache means all.
var AnewStages = []string{"toolchain", "fetch", "script", "compile", "test", "export", "sbom"}

// anew reports whether the steps of a stage are run whatever the cache has.
func (o Options) anew(stage string) bool { return o.NoCache != nil && o.NoCache(stage) }
