package jsengine

import (
	"errors"
	"strings"
	"sync"
	"testing"
)

// publishedMap is a Published of some paths and their texts that keeps all.
type publishedMap struct {
	files  map[string]string
	broken error // of reading

	mu    sync.Mutex
	reads int                 // guarded by mu
	kept  map[[32]byte][]byte // guarded by mu
	asked int                 // guarded by mu
	hits  int                 // guarded by mu
}

func (p *publishedMap) File(path string) *PublishedFile {
	text, ok := p.files[path]
	if !ok {
		return nil
	}
	return &PublishedFile{ID: path, Content: publishedText{p, text}, Size: int64(len(text))}
}

// publishedText is a file of a publishedMap.
type publishedText struct {
	*publishedMap
	text string
}

func (p publishedText) ReadAt(b []byte, off int64) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.reads++
	if p.broken != nil {
		return 0, p.broken
	}
	return strings.NewReader(p.text).ReadAt(b, off)
}

func (p *publishedMap) Kept(key [32]byte) []byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked++
	if p.kept[key] != nil {
		p.hits++
	}
	return p.kept[key]
}

func (p *publishedMap) Keep(key [32]byte, value []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.kept == nil {
		p.kept = map[[32]byte][]byte{}
	}
	p.kept[key] = value
}

func (p *publishedMap) counts() (kept, asked, hits int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.kept), p.asked, p.hits
}

// TestPublishedIsShared: what is made of a published file is made once, for all
// scopes and whatever is forgotten, and nothing in a program tells how it came.
func TestPublishedIsShared(t *testing.T) {
	withCompiled(t, 8<<20)
	const at = "/workspace/node_modules/p/index.js"
	text := strings.Repeat(" ", minStored) + long("exports.a = function f() { return f.toString() }; exports.b = [1, 2].map((x) => x + 1)")
	pub := &publishedMap{files: map[string]string{at: text}}
	program := func(scope string) Program {
		return Program{Code: "import { a, b } from 'p'; export default [a(), b]", Language: "js", Scope: scope, Node: true, Published: pub,
			Files: filesOf(map[string]string{"node_modules/p/index.js": text})}
	}
	want := outcomeOf(t, program("tenant/a"))
	if want.value != `["function f() { return f.toString() }",[2,3]]` {
		t.Fatalf("%+v", want)
	}
	kept, asked, _ := pub.counts()
	if kept != 3 { // the code, its words, its exports
		t.Fatalf("%d results are kept", kept)
	}
	reads := pub.reads
	if reads == 0 {
		t.Fatal("it was not read")
	}
	if got := outcomeOf(t, program("tenant/b")); got != want {
		t.Errorf("in another scope: %+v\nwant %+v", got, want)
	}
	if kept, again, hits := pub.counts(); kept != 3 || again != asked || hits != 0 {
		t.Errorf("another scope asked the store, or made it again: %d kept, %d asked", kept, again)
	}
	testEngine.Forget(publishedScope)
	if got := outcomeOf(t, program("tenant/b")); got != want {
		t.Errorf("from the store: %+v\nwant %+v", got, want)
	}
	if kept, _, hits := pub.counts(); kept != 3 || hits != 3 {
		t.Errorf("%d kept, %d found in the store", kept, hits)
	}
	if pub.reads != reads {
		t.Errorf("it was read %d times more, though all of it was kept", pub.reads-reads)
	}
	// What the store lost or spoilt is made again.
	testEngine.Forget(publishedScope)
	for key := range pub.kept {
		pub.kept[key] = pub.kept[key][:3]
	}
	if got := outcomeOf(t, program("tenant/c")); got != want {
		t.Errorf("with a store that is cut short: %+v\nwant %+v", got, want)
	}
}

// TestPublishedIsWhatIsRead: what is kept of a published file is made of that file,
// even if the workspace has another text at its name when it is read.
func TestPublishedIsWhatIsRead(t *testing.T) {
	withCompiled(t, 8<<20)
	const at = "/workspace/node_modules/p/index.js"
	run := func(pub *publishedMap, scope, text string) outcome {
		t.Helper()
		return outcomeOf(t, Program{Code: "import p from 'p'; export default p", Language: "js", Scope: scope, Node: true, Published: pub,
			Files: filesOf(map[string]string{"node_modules/p/index.js": text})})
	}
	text := long("module.exports = 'published'")
	pub := &publishedMap{files: map[string]string{at: text}}
	for _, scope := range []string{"tenant/evil", "tenant/a"} {
		if got := run(pub, scope, long("module.exports = 'malicious'")).value; got != `"published"` {
			t.Errorf("%s: %s", scope, got)
		}
	}
	// One that cannot be read is an error, and nothing is kept of it.
	broken := &publishedMap{files: map[string]string{at: text + " "}, broken: errors.New("gone")}
	testEngine.Forget(publishedScope)
	if got := run(broken, "tenant/a", text); got.err == "" || len(broken.kept) != 0 {
		t.Errorf("%+v, %d kept", got, len(broken.kept))
	}
}

// TestPublishedTakesNothingElse: a file that is not published is neither made of
// what is kept for everyone nor kept there, whatever its path and its text.
func TestPublishedTakesNothingElse(t *testing.T) {
	withCompiled(t, 8<<20)
	const at = "/workspace/node_modules/p/index.js"
	text := long("module.exports = 'published'")
	run := func(pub *publishedMap, scope, text string) string {
		t.Helper()
		o := outcomeOf(t, Program{Code: "import p from 'p'; export default p", Language: "js", Scope: scope, Node: true, Published: pub,
			Files: filesOf(map[string]string{"node_modules/p/index.js": text})})
		return o.value
	}
	honest, own := &publishedMap{files: map[string]string{at: text}}, &publishedMap{}
	// A tenant's own text at the place of the package, before and after everyone's.
	if got := run(own, "tenant/evil", strings.Replace(text, "published", "malicious", 1)); got != `"malicious"` {
		t.Fatal(got)
	}
	if got := run(honest, "tenant/a", text); got != `"published"` {
		t.Errorf("the published file gives %s", got)
	}
	if got := run(own, "tenant/evil", strings.Replace(text, "published", "malicious", 1)); got != `"malicious"` {
		t.Errorf("the tenant's own file gives %s", got)
	}
	// The same text, not published: it must not be found among what is everyone's.
	if got := run(own, "tenant/evil", text); got != `"published"` {
		t.Errorf("the same text gives %s", got)
	}
	if kept, asked, _ := own.counts(); kept != 0 || asked != 0 {
		t.Errorf("for files of its own %d results are everyone's, %d were asked for", kept, asked)
	}
	if _, ok := compiledOf(&Program{Scope: "tenant/evil"}, kindCJS, at, text); !ok {
		t.Error("what is a tenant's own was taken from what is everyone's")
	}
}
