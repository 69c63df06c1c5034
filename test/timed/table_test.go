package main

import (
	"strings"
	"testing"
)

// TestTable follows the events of a run and shows its output and its table.
func TestTable(t *testing.T) {
	const events = `{"Action":"start","Package":"example.com/a"}
{"Action":"output","Package":"example.com/a","Test":"TestOne","Output":"--- PASS: TestOne\n"}
{"Action":"run","Package":"example.com/a","Test":"TestOne"}
{"Action":"pass","Package":"example.com/a","Test":"TestOne","Elapsed":0.5}
{"Action":"run","Package":"example.com/a","Test":"TestItself/x"}
{"Action":"pass","Package":"example.com/a","Test":"TestItself/x","Elapsed":9}
{"Action":"run","Package":"example.com/a","Test":"TestItself"}
{"Action":"fail","Package":"example.com/a","Test":"TestItself","Elapsed":9.5}
{"Action":"run","Package":"example.com/a","Test":"TestMany/x"}
{"Action":"pass","Package":"example.com/a","Test":"TestMany/x","Elapsed":83.1}
{"Action":"run","Package":"example.com/a","Test":"TestMany/y/z"}
{"Action":"fail","Package":"example.com/a","Test":"TestMany/y/z","Elapsed":7}
{"Action":"run","Package":"example.com/a","Test":"TestMany/y"}
{"Action":"fail","Package":"example.com/a","Test":"TestMany/y","Elapsed":7.1}
{"Action":"run","Package":"example.com/a","Test":"TestMany"}
{"Action":"fail","Package":"example.com/a","Test":"TestMany","Elapsed":99}
{"Action":"run","Package":"example.com/a","Test":"TestManyMore"}
{"Action":"skip","Package":"example.com/a","Test":"TestManyMore","Elapsed":0}
{"Action":"run","Package":"example.com/a","Test":"TestCut"}
go: downloading example.com/b v1.0.0
{"Action":"fail","Package":"example.com/a","Elapsed":100}
`
	const want = `--- PASS: TestOne
go: downloading example.com/b v1.0.0

the slowest tests:
    83.1s  a.TestMany/x
     9.5s  a.TestItself  (fail)
     9.0s  a.TestItself/x
     7.0s  a.TestMany/y/z  (fail)
packages:
   100.0s  example.com/a  (fail)
3 tests passed, 2 failed, 1 skipped, 1 did not end
`
	var out strings.Builder
	all, err := follow(strings.NewReader(events), &out)
	if err != nil {
		t.Fatal(err)
	}
	all.print(&out, 4)
	if got := out.String(); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}
