package llb

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	dockerspec "github.com/moby/docker-image-spec/specs-go/v1"
	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/stagefront/stagefront/frontend/plan"
	"github.com/stagefront/stagefront/frontend/spec"
)

// historyComment marks our entries in an image's history.
const historyComment = "stagefront.v0"

// ImageConfig returns the image config of an export: the base's system, variables and
// labels, never what it runs. base is nil for scratch; labels are those of
// whoever builds, which win.
func (s *Stages) ImageConfig(e *plan.Export, base *dockerspec.DockerOCIImage, labels map[string]string) *dockerspec.DockerOCIImage {
	img := &dockerspec.DockerOCIImage{}
	if base != nil {
		img.History = slices.Clone(base.History)
		img.RootFS = base.RootFS
		img.OSVersion, img.OSFeatures = base.OSVersion, base.OSFeatures
	}
	target := OCIPlatform(s.Plan.Target)
	img.OS, img.Architecture, img.Variant = target.OS, target.Architecture, target.Variant
	img.Created = &s.Epoch
	img.RootFS.Type = "layers"

	c := e.Config
	img.Config.Entrypoint = c.Entrypoint
	img.Config.Cmd = c.Cmd
	img.Config.WorkingDir = c.Workdir
	img.Config.User = c.User
	img.Config.StopSignal = c.StopSignal
	img.Config.ExposedPorts = set(c.Ports)
	img.Config.Volumes = set(c.Volumes)
	for _, v := range c.Env {
		img.Config.Env = append(img.Config.Env, v.String())
	}
	img.Config.Labels = merged(base, c.Labels, labels)
	img.Config.Healthcheck = healthcheck(c.Healthcheck)
	for _, l := range e.Layers {
		img.History = append(img.History, ocispecs.History{
			Created: &s.Epoch, CreatedBy: fmt.Sprintf("%s: %s", s.Plan.Language, l.Name), Comment: historyComment,
		})
	}
	return img
}

// BareConfig returns the config of a result that is no image to run, with the labels of
// whoever builds.
func (s *Stages) BareConfig(p spec.Platform, labels map[string]string) *dockerspec.DockerOCIImage {
	img := &dockerspec.DockerOCIImage{}
	target := OCIPlatform(p)
	img.OS, img.Architecture, img.Variant = target.OS, target.Architecture, target.Variant
	img.Created = &s.Epoch
	img.RootFS.Type = "layers"
	img.Config.Labels = merged(nil, nil, labels)
	return img
}

func set(names []string) map[string]struct{} {
	if len(names) == 0 {
		return nil
	}
	out := map[string]struct{}{}
	for _, n := range names {
		out[n] = struct{}{}
	}
	return out
}

func merged(base *dockerspec.DockerOCIImage, own spec.Vars, given map[string]string) map[string]string {
	out := map[string]string{}
	if base != nil {
		maps.Copy(out, base.Config.Labels)
	}
	for _, l := range own {
		out[l.Name] = l.Value
	}
	maps.Copy(out, given)
	if len(out) == 0 {
		return nil
	}
	return out
}

func healthcheck(h *plan.Healthcheck) *dockerspec.HealthcheckConfig {
	if h == nil {
		return nil
	}
	return &dockerspec.HealthcheckConfig{
		Test: h.Test, Interval: h.Interval, Timeout: h.Timeout,
		StartPeriod: h.StartPeriod, StartInterval: h.StartInterval, Retries: h.Retries,
	}
}

// Base returns what a plan must know of a runtime image's config.
func Base(img *dockerspec.DockerOCIImage) plan.Base {
	if img == nil {
		return plan.Base{}
	}
	b := plan.Base{User: img.Config.User, Workdir: img.Config.WorkingDir}
	for _, e := range img.Config.Env {
		name, value, _ := strings.Cut(e, "=")
		b.Env = append(b.Env, spec.Var{Name: name, Value: value})
	}
	return b
}

// ParseImage reads an image config.
func ParseImage(config []byte) (*dockerspec.DockerOCIImage, error) {
	img := &dockerspec.DockerOCIImage{}
	if err := json.Unmarshal(config, img); err != nil {
		return nil, fmt.Errorf("reading the image's config: %w", err)
	}
	return img, nil
}

// lastSecond is the last one of the year 9999, after which no image config can be written.
const lastSecond = 253402300799

// Epoch returns the time that SOURCE_DATE_EPOCH says, in seconds since 1970,
// and the beginning of 1970 without it: the same source gives the same image.
// https://reproducible-builds.org/specs/source-date-epoch/
func Epoch(value string) (time.Time, error) {
	if value == "" {
		return time.Unix(0, 0).UTC(), nil
	}
	seconds, err := strconv.ParseInt(value, 10, 64)
	if err != nil || seconds < 0 || seconds > lastSecond {
		return time.Time{}, fmt.Errorf("got SOURCE_DATE_EPOCH %q, want \"context\", or seconds since 1970 before the year 10000", value)
	}
	return time.Unix(seconds, 0).UTC(), nil
}
