package spec

import (
	"fmt"
	"strconv"
	"strings"
)

// decode reads one port or a list of ports.
func (p *Ports) decode(d *decoder, n *node) {
	items := []*node{n}
	if n.kind == listNode {
		items = n.items
	}
	for _, item := range items {
		if port, ok := d.port(item); ok {
			*p = append(*p, port)
		}
	}
}

func (d *decoder) port(n *node) (Port, bool) {
	if n.kind == mapNode {
		hint := "write the number alone"
		if target := n.get("target"); target != nil && target.text != "" {
			hint = "write " + target.text
		}
		d.mismatch(n, "port").Hint = hint
		return Port{}, false
	}
	if n.kind == nullNode {
		d.mismatch(n, "port").Hint = "remove the item"
		return Port{}, false
	}
	t, ok := d.text(n)
	if !ok {
		return Port{}, false
	}
	number, protocol, has := strings.Cut(t.Value, "/")
	if !has {
		protocol = "tcp"
	}
	if _, container, published := cutLast(number, ":"); published && container != "" && strings.Trim(container, "0123456789") == "" {
		d.diags.Errorf(n.rng, "got %q, want the container's port", t.Value).Hint =
			fmt.Sprintf("write %s; who runs the image publishes it: docker run -p %s", container, number)
		return Port{}, false
	}
	i, err := strconv.Atoi(number)
	switch {
	case err != nil:
		diag := d.diags.Errorf(n.rng, "got %q, want a port such as 8080 or \"53/udp\"", t.Value)
		if strings.ContainsAny(t.Value, ", -") {
			diag.Hint = "write every port as an item of a list: [8080, 8081]"
		}
	case i < 1 || i > 65535:
		d.diags.Errorf(n.rng, "port %d is out of range", i).Hint = "ports are 1 to 65535"
	case protocol != "tcp" && protocol != "udp" && protocol != "sctp":
		d.diags.Errorf(n.rng, "unknown protocol %q", protocol).Hint = fmt.Sprintf("write \"%d/tcp\", \"%d/udp\" or \"%d/sctp\"", i, i, i)
	default:
		return Port{i, protocol, n.rng}, true
	}
	return Port{}, false
}

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}
