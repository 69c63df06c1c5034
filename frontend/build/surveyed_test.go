package build

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/fstest"

	"github.com/stagefront/stagefront/frontend/language"
	"github.com/stagefront/stagefront/frontend/trial"
	"github.com/stagefront/stagefront/frontend/trial/gateway"
	"github.com/stagefront/stagefront/llb"
)

func compressed(t *testing.T, text string) []byte {
	t.Helper()
	var data bytes.Buffer
	w := gzip.NewWriter(&data)
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return data.Bytes()
}

// TestSurvey looks at what was fetched by its survey, which comes before it, where a cache
// carries that: the image is made of the survey too. Where none can be made, of the image
// of the frontend, of the step or of what that leaves, the files are looked at, and the
// image is made of them alone.
func TestSurvey(t *testing.T) {
	const self, step = "docker.io/org/stagefront:latest", "[internal] note what there is in fetch a, once for all platforms"
	surveyed := map[string]fstest.MapFS{
		"[made] fetch a": {"natives": {Data: []byte("")}, "bin/tool": {}},
		step:             {llb.SurveyFile: {Data: compressed(t, `{".": [{"name": "natives", "mode": 420}, {"name": "noted", "mode": 420, "size": 4}]}`)}},
	}
	for name, c := range map[string]struct {
		change func(*gateway.Gateway)
		off    bool
		loose  bool   // what is fetched is not locked
		want   string // what there is, and how many surveys the image is made of
	}{
		"surveyed":            {want: "[natives noted] 1"},
		"not asked for":       {off: true, want: "[bin natives] 0"},
		"not locked":          {loose: true, want: "[bin natives] 0"},
		"no frontend's image": {change: func(g *gateway.Gateway) { delete(g.Opts, "source") }, want: "[bin natives] 0"},
		"image that is gone":  {change: func(g *gateway.Gateway) { g.Images = g.Images[1:] }, want: "[bin natives] 0"},
		"survey that fails":   {change: func(g *gateway.Gateway) { g.Failing = map[string]error{step: errors.New("exit code: 1")} }, want: "[bin natives] 0"},
		"survey in other words": {change: func(g *gateway.Gateway) {
			g.Left = map[string]fstest.MapFS{"[made] fetch a": surveyed["[made] fetch a"], step: {llb.SurveyFile: {Data: []byte("[")}}}
		}, want: "[bin natives] 1"},
	} {
		fetch := trial.Fetch("fetch a", "/a")
		r := trial.Compiled(fetch)
		r.Fetches = []*language.Fetch{fetch}
		r.Image.Layers[0].Copies = append(r.Image.Layers[0].Copies, language.Copy{From: language.FromFetch(fetch), Path: "/", To: "/a", Natives: "natives"})
		p := planned(t, text, r)
		p.Locked = !c.loose
		g := gateway.New(t, text)
		g.Opts["source"], g.Images, g.Left = "org/stagefront", []string{self, "example.com/tool:latest"}, surveyed
		if c.change != nil {
			c.change(g)
		}
		b := builderOf(t, g)
		b.Surveys = !c.off
		j, err := b.prepare(t.Context(), p, func(*job) {})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		entries, err := j.files(p.Image.Copies()[1].From).ReadDir(".")
		var names []string
		for _, e := range entries {
			names = append(names, e.Name())
		}
		if got := fmt.Sprint(names, " ", len(j.carried(t.Context(), nil, nil))); got != c.want || err != nil {
			t.Errorf("%s: got %s, %v, want %s", name, got, err, c.want)
		}
		if at := slices.Index(g.Execs, step); at > slices.Index(g.Execs, "[made] fetch a") {
			t.Errorf("%s: got the steps %q, want the survey first", name, g.Execs)
		}
	}
}
