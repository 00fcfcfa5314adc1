package npm

import (
	"context"
	"encoding/json"
	"os"
	"path"
	"strings"
)

// twin is what a package whose work is native code gets the files of: a sandbox runs
// none of it.
type twin struct {
	name string
	want string // range of versions; "": that of the package, or else the newest of the same minor one
	from string // the first version that is native
}

// twins are esbuild and rollup, which are published as WebAssembly as well, and
// TypeScript, whose last version in JavaScript checks and prints as the first native
// one does.
var twins = map[string]twin{
	"esbuild":    {name: "esbuild-wasm", from: "0.0.0"},
	"rollup":     {name: "@rollup/wasm-node", from: "4.0.0"},
	"typescript": {name: "typescript", want: "^6.0.0", from: "7.0.0-0"},
}

// native are packages that need native code for which there is no twin, each with the
// first version that does: of a range, versions before it are taken if there are any.
// vite 8 bundles with rolldown.
var native = map[string]string{"vite": "8.0.0-0"}

// scripted is p without the versions that need native code.
func (p *packument) scripted() *packument {
	from, ok := native[p.name]
	if !ok {
		return nil
	}
	q := &packument{name: p.name, tags: map[string]string{}, raw: map[string]json.RawMessage{}, parsed: map[string]*manifest{}, times: p.times}
	for v, raw := range p.raw {
		if compareVersions(v, from) < 0 {
			q.raw[v] = raw
		}
	}
	return q
}

// twinOf returns n's twin, if it has one.
func twinOf(n *node) (twin, bool) {
	t, ok := twins[n.m.Name]
	return t, ok && n.local == "" && compareVersions(n.m.Version, t.from) >= 0
}

// fetchTwin returns the package whose files n gets in place of its own; nil if there
// is none.
func (j *job) fetchTwin(ctx context.Context, n *node) (*Package, error) {
	t, ok := twinOf(n)
	if !ok {
		return nil, nil
	}
	s := spec{kind: kindRange, name: t.name, want: t.want}
	if s.want == "" {
		s.want = n.m.Version
	}
	m, err := j.reg.pick(ctx, s)
	if parts := strings.SplitN(n.m.Version, ".", 3); codeOf(err) == "ETARGET" && t.want == "" && len(parts) == 3 {
		s.want = "~" + parts[0] + "." + parts[1] + ".0"
		m, err = j.reg.pick(ctx, s)
	}
	if err != nil {
		return nil, err
	}
	w := wanted{name: m.Name, version: m.Version, pinned: true, said: m}
	if w.url, err = j.reg.tarballURL(m.Name, m.Tarball); err != nil {
		return nil, about(m.id(), err)
	}
	if w.integrity, err = parseIntegrity(m.Integrity); err != nil {
		return nil, about(m.id(), err)
	}
	p, _, err := j.reg.fetch(ctx, w)
	return p, err
}

// putTwin puts the files of n's twin to a place, with the package.json of n itself if
// the twin goes by another name.
func (w *writer) putTwin(at string, n *node, twin *Package) error {
	if err := w.files.Place(at, twin); err != nil || twin.Name == n.m.Name {
		return err
	}
	f, ok := w.j.pkgs[n].File("package.json")
	if !ok {
		return fail("EMISMATCH", n.id(), "its archive has no package.json")
	}
	b := make([]byte, f.Size)
	if _, err := w.j.pkgs[n].Content.ReadAt(b, f.Offset); err != nil {
		return err
	}
	to := path.Join(at, "package.json")
	if err := w.files.Unlink(to); err != nil { // not the store's own
		return err
	}
	return w.files.WriteFile(to, b, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
}
