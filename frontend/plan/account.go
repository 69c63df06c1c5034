package plan

import (
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"github.com/stagefront/stagefront/frontend/spec"
)

// Account is a user of an image.
type Account struct {
	Name     string
	UID, GID int
	Home     string
}

// accounts are those of distroless images, and of ours on scratch.
var accounts = []Account{
	{"root", 0, 0, "/root"},
	{"nobody", 65534, 65534, "/nonexistent"},
	{"nonroot", 65532, 65532, "/home/nonroot"},
}

// runsAs returns the account that the container runs as, and how the config says it.
func (x *exporter) runsAs() (Account, string) {
	u := x.Spec.User
	if u.Range.IsZero() {
		if a, ok := x.baseUser(); ok {
			return a, x.base.User
		}
		u = spec.User{Name: "nonroot"}
	}
	a, ok := x.account(u)
	if !ok {
		x.noUser(u)
	}
	switch {
	case u.HasGD || u.Name == "nonroot" || u.Name == "root":
		return a, fmt.Sprintf("%d:%d", a.UID, a.GID)
	case u.HasID:
		return a, strconv.Itoa(a.UID)
	}
	return a, u.Name
}

// baseUser returns the user of a custom runtime when it is numeric and not
// root: a name says nothing to who must know that it is not root.
func (x *exporter) baseUser() (Account, bool) {
	if x.Runtime.Kind != Custom {
		return Account{}, false
	}
	id, group, _ := strings.Cut(x.base.User, ":")
	uid, err := strconv.Atoi(id)
	if err != nil || uid == 0 {
		return Account{}, false
	}
	gid, _ := strconv.Atoi(group)
	a, _ := x.account(spec.User{UID: uid, GID: gid, HasID: true, HasGD: group != ""})
	return a, true
}

// account returns the account that u names on the runtime.
func (x *exporter) account(u spec.User) (Account, bool) {
	known := x.known()
	i := slices.IndexFunc(known, func(a Account) bool {
		return u.HasID && a.UID == u.UID || !u.HasID && a.Name == u.Name
	})
	if !u.HasID {
		if i < 0 {
			return Account{}, false
		}
		return known[i], true
	}
	a := Account{UID: u.UID, GID: u.GID, Home: fmt.Sprintf("/home/%d", u.UID)}
	if i >= 0 {
		a.Name, a.Home = known[i].Name, known[i].Home
	}
	return a, true
}

// noUser reports a user that the runtime does not have.
func (x *exporter) noUser(u spec.User) {
	x.diags.Errorf(u.Range, "the runtime has no user %q", u.Name).Hint =
		"write its uid, or one of " + strings.Join(x.names(), ", ")
}

func (x *exporter) names() []string {
	var names []string
	for _, a := range x.known() {
		if !slices.Contains(names, a.Name) {
			names = append(names, a.Name)
		}
	}
	return names
}

// known returns the accounts of the runtime, and ours.
func (x *exporter) known() []Account {
	if x.Runtime.Kind == Custom {
		return append(x.passwd(), Account{"nonroot", 65532, 65532, "/home/nonroot"})
	}
	return accounts
}

// passwd returns the accounts of a custom runtime's /etc/passwd; an image
// without one knows no names.
func (x *exporter) passwd() []Account {
	if x.base.FS == nil {
		return nil
	}
	data, err := fs.ReadFile(x.base.FS, "etc/passwd")
	if err != nil {
		return nil
	}
	var known []Account
	for line := range strings.Lines(string(data)) {
		f := strings.Split(strings.TrimSpace(line), ":")
		if len(f) < 6 {
			continue
		}
		uid, err1 := strconv.Atoi(f[2])
		gid, err2 := strconv.Atoi(f[3])
		if err1 == nil && err2 == nil {
			known = append(known, Account{f[0], uid, gid, f[5]})
		}
	}
	return known
}

func (x *exporter) owner(u spec.User) (uid, gid int) {
	if u.Range.IsZero() {
		return 0, 0
	}
	a, ok := x.account(u)
	if !ok {
		x.noUser(u)
	}
	return a.UID, a.GID
}
