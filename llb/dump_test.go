package llb

import (
	"fmt"
	"strings"
	"testing"

	"github.com/moby/buildkit/client/llb"
	"github.com/moby/buildkit/solver/pb"
	digest "github.com/opencontainers/go-digest"
)

// dump prints a definition: its vertices in the order in which they are built,
// each with a number, its name, its inputs and what it does.
func dump(t *testing.T, def *llb.Definition) string {
	t.Helper()
	numbers := map[string]int{}
	var b strings.Builder
	for _, data := range def.Def {
		var op pb.Op
		if err := op.UnmarshalVT(data); err != nil {
			t.Fatal(err)
		}
		d := digest.FromBytes(data)
		if op.Op == nil {
			fmt.Fprintf(&b, "result %d\n", numbers[op.Inputs[0].Digest])
			continue
		}
		numbers[d.String()] = len(numbers) + 1
		fmt.Fprintf(&b, "%d", numbers[d.String()])
		if op.Platform != nil {
			fmt.Fprintf(&b, " %s/%s", op.Platform.OS, op.Platform.Architecture)
		}
		fmt.Fprintf(&b, " %s\n", def.Metadata[d].Description["llb.customname"])
		from := func(i int64) string {
			if i < 0 {
				return "scratch"
			}
			return fmt.Sprintf("%d.%d", numbers[op.Inputs[i].Digest], op.Inputs[i].Index)
		}
		switch o := op.Op.(type) {
		case *pb.Op_Source:
			fmt.Fprintf(&b, "   source %s\n", o.Source.Identifier)
		case *pb.Op_Exec:
			dumpExec(&b, o.Exec, from)
		case *pb.Op_File:
			dumpFile(&b, o.File, from)
		case *pb.Op_Merge:
			for i := range o.Merge.Inputs {
				fmt.Fprintf(&b, "   merge %s\n", from(int64(i)))
			}
		}
	}
	return b.String()
}

func dumpExec(b *strings.Builder, e *pb.ExecOp, from func(int64) string) {
	args := Words(e.Meta.Args) // what keeps the log is in nearly every step
	fmt.Fprintf(b, "   run %q in %s, network %s\n", args, e.Meta.Cwd, e.Network)
	fmt.Fprintf(b, "   env %s\n", strings.Join(e.Meta.Env, " "))
	if e.Meta.ProxyEnv != nil {
		fmt.Fprintf(b, "   proxy %s\n", e.Meta.ProxyEnv.HttpsProxy)
	}
	for _, m := range e.Mounts {
		fmt.Fprintf(b, "   mount %s", m.Dest)
		switch m.MountType {
		case pb.MountType_CACHE:
			fmt.Fprintf(b, " cache %s %s", m.CacheOpt.ID, m.CacheOpt.Sharing)
		case pb.MountType_SECRET:
			fmt.Fprintf(b, " secret %s mode %04o optional %v", m.SecretOpt.ID, m.SecretOpt.Mode, m.SecretOpt.Optional)
		default:
			fmt.Fprintf(b, " from %s%s", from(m.Input), m.Selector)
		}
		if m.Readonly {
			b.WriteString(" read-only")
		}
		if m.Output >= 0 && m.MountType == pb.MountType_BIND {
			fmt.Fprintf(b, " output %d", m.Output)
		}
		b.WriteString("\n")
	}
}

func dumpFile(b *strings.Builder, f *pb.FileOp, from func(int64) string) {
	for _, a := range f.Actions {
		switch o := a.Action.(type) {
		case *pb.FileAction_Mkdir:
			fmt.Fprintf(b, "   mkdir %s %04o %v\n", o.Mkdir.Path, o.Mkdir.Mode, owned(o.Mkdir.Owner))
		case *pb.FileAction_Mkfile:
			fmt.Fprintf(b, "   mkfile %s %04o %v stamp %d\n", o.Mkfile.Path, o.Mkfile.Mode, owned(o.Mkfile.Owner), o.Mkfile.Timestamp)
		case *pb.FileAction_Copy:
			fmt.Fprintf(b, "   copy %s:%s to %s mode %s %v stamp %d\n",
				from(a.SecondaryInput), o.Copy.Src, o.Copy.Dest, mode(o.Copy), owned(o.Copy.Owner), o.Copy.Timestamp)
		case *pb.FileAction_Rm:
			fmt.Fprintf(b, "   remove %s\n", o.Rm.Path)
		}
	}
}

func mode(c *pb.FileActionCopy) string {
	switch {
	case c.ModeStr != "":
		return c.ModeStr
	case c.Mode < 0:
		return "as it is"
	}
	return fmt.Sprintf("%04o", c.Mode)
}

func owned(o *pb.ChownOpt) string {
	if o == nil {
		return "as it is"
	}
	return fmt.Sprintf("%d:%d", o.User.GetByID(), o.Group.GetByID())
}
