package probe

import (
	"bytes"
	"debug/elf"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
)

// TestProgram asks a server that answers in many ways, and where none is.
func TestProgram(t *testing.T) {
	program, ok := Program(runtime.GOARCH)
	if !ok {
		t.Fatalf("there is none for %s", runtime.GOARCH)
	}
	name := filepath.Join(t.TempDir(), "healthcheck")
	if err := os.WriteFile(name, program, 0o755); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		status := map[string]int{"/ok": 200, "/none": 204, "/moved": 302, "/bad": 400, "/down": 503}[r.URL.Path]
		if r.Host == "" || r.Method != "GET" || r.URL.RawQuery != "" && r.URL.RawQuery != "full=1" {
			status = 500
		}
		w.WriteHeader(status)
	}))
	defer server.Close()
	_, port, err := net.SplitHostPort(server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args   []string
		said   string
		status int
	}{
		{[]string{port, "/ok"}, "HTTP/1.1 200 OK\n", 0},
		{[]string{port, "/ok?full=1"}, "HTTP/1.1 200 OK\n", 0},
		{[]string{port, "/none"}, "HTTP/1.1 204 No Content\n", 0},
		{[]string{port, "/moved"}, "HTTP/1.1 302 Found\n", 0},
		{[]string{port, "/bad"}, "HTTP/1.1 400 Bad Request\n", 1},
		{[]string{port, "/down"}, "HTTP/1.1 503 Service Unavailable\n", 1},
		{[]string{"1", "/ok"}, "no connection to port 1\n", 1},
		{[]string{port}, "", 2},
	} {
		cmd := exec.Command(name, c.args...)
		cmd.Env = []string{}
		out, _ := cmd.Output()
		if got := cmd.ProcessState.ExitCode(); got != c.status || string(out) != c.said {
			t.Errorf("%q: got %d and %q, want %d and %q", c.args, got, out, c.status, c.said)
		}
	}
}

// TestNoHTTP asks what is no server of HTTP.
func TestNoHTTP(t *testing.T) {
	name := filepath.Join(t.TempDir(), "healthcheck")
	program, _ := Program(runtime.GOARCH)
	if err := os.WriteFile(name, program, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, answer := range []string{"", "220 mail.example.com ready\r\n", "HTTP/1.1 2", "HTTP/1.1 abc\r\n"} {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			c, err := listener.Accept()
			if err == nil {
				c.Write([]byte(answer))
				c.Close()
			}
		}()
		_, port, _ := net.SplitHostPort(listener.Addr().String())
		if err := exec.Command(name, port, "/").Run(); err == nil {
			t.Errorf("%q: got success", answer)
		}
		listener.Close()
	}
}

// TestPrograms opens the programs: each is for its machine, needs no loader, and has
// nothing that is written to and run.
func TestPrograms(t *testing.T) {
	machines := map[string]elf.Machine{
		"amd64": elf.EM_X86_64, "arm64": elf.EM_AARCH64, "arm": elf.EM_ARM, "riscv64": elf.EM_RISCV,
	}
	if len(Architectures()) != len(machines) {
		t.Errorf("got %q", Architectures())
	}
	for arch, machine := range machines {
		program, ok := Program(arch)
		if !ok || !slices.Contains(Architectures(), arch) {
			t.Fatalf("there is none for %s", arch)
		}
		file, err := elf.NewFile(bytes.NewReader(program))
		if err != nil {
			t.Fatal(err)
		}
		if file.Machine != machine || file.Type != elf.ET_EXEC || len(program) > 4096 {
			t.Errorf("%s: got a file of %d bytes for %s", arch, len(program), file.Machine)
		}
		for _, p := range file.Progs {
			if p.Type == elf.PT_INTERP || p.Flags&(elf.PF_W|elf.PF_X) == elf.PF_W|elf.PF_X {
				t.Errorf("%s: got the segment %+v", arch, p.ProgHeader)
			}
		}
	}
	if _, ok := Program("mips64"); ok {
		t.Error("there is one for another")
	}
}
