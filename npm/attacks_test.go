package npm

import (
	"archive/tar"
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/buntime/buntime/internal/npmtest"
)

// attack is a row of testdata/attacks/npm.json.
type attack struct {
	Kind        string        `json:"kind"`
	Name        string        `json:"name"`
	Code        string        `json:"code"`
	Make        string        `json:"make"`
	Spec        string        `json:"spec"`
	Script      string        `json:"script"`
	Bin         obj           `json:"bin"`
	Directories string        `json:"directories"`
	Entries     []attackEntry `json:"entries"`
}

// attackEntry is one entry of a hostile archive.
type attackEntry struct {
	Path   string            `json:"path"`
	Type   string            `json:"type"`
	Link   string            `json:"link"`
	Data   string            `json:"data"`
	Raw    string            `json:"raw"`    // the name's bytes, in hexadecimal
	Size   *int64            `json:"size"`   // what the header says
	PAX    map[string]string `json:"pax"`    // records of a header before it
	PAXRaw string            `json:"paxraw"` // such a header, as it is
}

// runners run the attacks of each kind.
var runners = map[string]func(*testing.T, attack){
	"archive": attackArchive, "bin": attackBin, "credentials": attackCredentials, "lock": attackLock, "name": attackName,
	"registry": attackRegistry, "script": attackScript, "spec": attackSpec, "tree": attackTree, "workspace": attackWorkspace,
}

// TestAttacks runs all of the table: what it has that nothing here can run fails.
func TestAttacks(t *testing.T) {
	b, err := os.ReadFile("../testdata/attacks/npm.json")
	if err != nil {
		t.Fatal(err)
	}
	var all []attack
	if err := json.Unmarshal(b, &all); err != nil {
		t.Fatal(err)
	}
	kinds := map[string]int{}
	for _, a := range all {
		kinds[a.Kind]++
		t.Run(a.Kind+"/"+a.Name, func(t *testing.T) {
			run := runners[a.Kind]
			if run == nil {
				t.Fatalf("nothing runs attacks of kind %q", a.Kind)
			}
			run(t, a)
		})
	}
	for kind := range runners {
		if kinds[kind] < 10 {
			t.Errorf("%d attacks of kind %s", kinds[kind], kind)
		}
	}
	if _, err := unpack(t.Context(), attack{}.archiveOf(t), uncharged); err != nil {
		t.Errorf("what the archives start from is refused: %v", err)
	}
	// A file that is there twice, the same each time, is one: published archives have that.
	twice := attack{Entries: []attackEntry{{Path: "package/./a.js", Data: "one"}, {Path: "package/a.js", Data: "one"}, {Path: "package/b.js", Data: "two"}}}
	a, err := unpack(t.Context(), twice.archiveOf(t), uncharged)
	if err != nil {
		t.Fatal(err)
	}
	p := a.asPackage()
	for name, want := range map[string]string{"a.js": "one", "b.js": "two"} {
		f, ok := p.File(name)
		b := make([]byte, f.Size)
		if _, err := p.Content.ReadAt(b, f.Offset); !ok || err != nil || string(b) != want {
			t.Errorf("%s: %q, %v", name, b, err)
		}
	}
}

// refused runs a command line that must end as the attack says, and leave nothing
// that was not there.
func (a attack) refused(w *world, line string) {
	w.t.Helper()
	before := w.tree()
	if code := w.run(line); code != 1 || !strings.Contains(w.err.String(), "npm error code "+a.Code+"\n") {
		w.t.Errorf("%s: exit %d, %s%s; want %s", line, code, w.out.String(), w.err.String(), a.Code)
	}
	if got := w.tree(); got != before {
		w.t.Errorf("%s left\n%swhere was\n%s", line, got, before)
	}
}

// block is a header as the format has it, whatever it says.
func block(name string, kind byte, link string, size int64) []byte {
	b := make([]byte, 512)
	copy(b, name)
	copy(b[100:], "0000644\x000000000\x000000000\x00")
	if size >= 0 && size < 1<<33 {
		copy(b[124:], fmt.Sprintf("%011o\x00", size))
	} else { // base 256
		b[124] = 0x80
		for i := range 8 {
			b[135-i] = byte(size >> (8 * i))
		}
		if size < 0 {
			for i := 124; i < 128; i++ {
				b[i] = 0xff
			}
		}
	}
	copy(b[136:], "00000000000\x00        ")
	b[156] = kind
	copy(b[157:], link)
	copy(b[257:], "ustar\x0000")
	sum := 0
	for _, c := range b {
		sum += int(c)
	}
	copy(b[148:], fmt.Sprintf("%06o\x00 ", sum))
	return b
}

// padded is data in whole blocks.
func padded(data string) []byte {
	return append([]byte(data), make([]byte, (512-len(data)%512)%512)...)
}

var attackTypes = map[string]byte{
	"": '0', "symlink": '2', "link": '1', "char": '3', "block": '4', "fifo": '6', "unknown": 'Q', "sparse": 'S',
}

func (e attackEntry) bytes() []byte {
	var b []byte
	pax := e.PAXRaw
	for key, value := range e.PAX {
		record := " " + key + "=" + value + "\n"
		n := len(record) + 1
		for len(fmt.Sprint(n))+len(record) != n {
			n++
		}
		pax += fmt.Sprint(n) + record
	}
	if pax != "" {
		b = append(append(b, block("pax", 'x', "", int64(len(pax)))...), padded(pax)...)
	}
	name := e.Path
	if e.Raw != "" {
		raw, _ := hex.DecodeString(e.Raw)
		name = string(raw)
	}
	if len(name) > 100 {
		b = append(append(b, block("././@LongLink", 'L', "", int64(len(name)+1))...), padded(name+"\x00")...)
		name = name[:100]
	}
	size := int64(len(e.Data))
	if e.Size != nil {
		size = *e.Size
	}
	return append(append(b, block(name, attackTypes[e.Type], e.Link, size)...), padded(e.Data)...)
}

const attackManifest = `{"name":"x","version":"1.0.0"}`

// archiveOf is an archive of the table.
func (a attack) archiveOf(t *testing.T) []byte {
	t.Helper()
	good := npmtest.Tar(map[string]string{"package/package.json": attackManifest, "package/a": strings.Repeat("a", 2000)})
	body := attackEntry{Path: "package/package.json", Data: attackManifest}.bytes()
	switch a.Make {
	case "":
		for _, e := range a.Entries {
			body = append(body, e.bytes()...)
		}
		return npmtest.Gzip(append(body, make([]byte, 1024)...))
	case "zeros":
		var b bytes.Buffer
		w := tar.NewWriter(&b)
		if err := w.WriteHeader(&tar.Header{Name: "package/zeros", Mode: 0o644, Size: 1 << 30}); err != nil {
			t.Fatal(err)
		}
		return npmtest.Gzip(append(body, b.Bytes()...))
	case "count", "folders":
		kind := byte('0')
		if a.Make == "folders" {
			kind = '5'
		}
		for i := range 200_000 {
			body = append(body, block(fmt.Sprintf("package/%d", i), kind, "", 0)...)
		}
		return npmtest.Gzip(body)
	case "headers":
		one := attackEntry{Path: "package/x", PAX: map[string]string{"comment": strings.Repeat("c", 900_000)}}.bytes()
		one = one[:len(one)-512] // the records alone
		for range 110 {
			body = append(body, one...)
		}
		return npmtest.Gzip(body)
	case "longname":
		name := "package/" + strings.Repeat("n", 16<<20)
		return npmtest.Gzip(append(body, attackEntry{Path: name}.bytes()...))
	case "truncated":
		z := npmtest.Gzip(good)
		return z[:len(z)-12]
	case "truncated-tar":
		return npmtest.Gzip(good[:700])
	case "checksum":
		z := npmtest.Gzip(good)
		z[len(z)-6] ^= 1
		return z
	case "garbage":
		return append(npmtest.Gzip(good), "garbage"...)
	case "second":
		return append(npmtest.Gzip(good), npmtest.Gzip(npmtest.Tar(map[string]string{"package/other": "x"}))...)
	case "trailing":
		return npmtest.Gzip(append(good, padded("more")...))
	case "not-gzip":
		return []byte("PK\x03\x04 and so on")
	case "empty":
		return nil
	case "no-manifest":
		return npmtest.Gzip(npmtest.Tar(map[string]string{"package/index.js": "1"}))
	case "manifest-huge":
		return npmtest.Gzip(npmtest.Tar(map[string]string{"package/package.json": strings.Repeat(" ", 8<<20)}))
	case "manifest-deep":
		return npmtest.Gzip(npmtest.Tar(map[string]string{"package/package.json": `{"a":` + strings.Repeat("[", 100_000)}))
	}
	t.Fatalf("archive of no sort %q", a.Make)
	return nil
}

// attackArchive unpacks what no package is.
func attackArchive(t *testing.T, a attack) {
	if _, err := unpack(t.Context(), a.archiveOf(t), uncharged); codeOf(err) != a.Code {
		t.Errorf("got %v, want %s", err, a.Code)
	}
}

// attackName asks for packages that there cannot be.
func attackName(t *testing.T, a attack) {
	if _, err := parseSpec(a.Spec, "1"); codeOf(err) != a.Code {
		t.Errorf("got %v, want %s", err, a.Code)
	}
}

// attackSpec depends on what no dependency can be.
func attackSpec(t *testing.T, a attack) {
	w := newWorld(t, Config{})
	w.write("package.json", obj{"name": "x", "version": "1.0.0", "dependencies": obj{"dep": a.Spec}})
	a.refused(w, "npm install")
}

// attackScript installs packages whose scripts would leave a mark: none is run.
func attackScript(t *testing.T, a attack) {
	w := newWorld(t, Config{})
	m := obj{"name": "bad", "version": "1.0.0"}
	files := map[string]string{"index.js": "1"}
	if a.Make == "gyp" {
		files["binding.gyp"] = "{}"
	} else {
		m["scripts"] = obj{a.Script: "echo ran"}
	}
	w.reg.Add(npmtest.Package{Manifest: m, Files: files})
	w.write("package.json", obj{"name": "x", "version": "1.0.0"})
	for _, line := range []string{"npm install bad", "npm ci", "bun install", "npm uninstall bad"} {
		w.must(line)
	}
	if len(w.ran) != 0 {
		t.Errorf("%v was run", w.ran)
	}
}

// attackBin installs packages whose commands name what is not theirs.
func attackBin(t *testing.T, a attack) {
	w := newWorld(t, Config{})
	m := obj{"name": "bad", "version": "1.0.0"}
	if a.Bin != nil {
		m["bin"] = a.Bin
	}
	if a.Directories != "" {
		m["directories"] = obj{"bin": a.Directories}
	}
	w.reg.Add(npmtest.Package{Manifest: m, Files: map[string]string{"index.js": "bad"}})
	want := ""
	if a.Make == "taken" {
		w.reg.Add(npmtest.Package{Manifest: obj{"name": "a-victim", "version": "1.0.0", "bin": obj{"victim": "index.js"}}, Files: map[string]string{"index.js": "good"}})
		w.must("npm install a-victim")
		want = "node_modules/.bin/victim -> ../a-victim/index.js\n"
	}
	w.must("npm install bad")
	var got strings.Builder
	for line := range strings.Lines(w.tree()) {
		if strings.Contains(line, " -> ") {
			got.WriteString(line)
		}
	}
	if got.String() != want {
		t.Errorf("commands:\n%swant\n%s", got.String(), want)
	}
}
