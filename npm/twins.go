package npm

import (
	"context"
	"os"
	"path"
	"strings"
)

// twins are packages that do their work in native code, and those that have the
// same as WebAssembly, which is what a sandbox can run.
var twins = map[string]string{"esbuild": "esbuild-wasm", "rollup": "@rollup/wasm-node"}

// twin returns the package whose files n gets in place of its own: of the same
// version, or else the newest of the same minor one. Without any, or if it is not to
// be had, n gets its own.
func (j *job) twin(ctx context.Context, n *node) (*Package, error) {
	name := twins[n.m.Name]
	parts := strings.SplitN(n.m.Version, ".", 3)
	if name == "" || n.local != "" || len(parts) < 3 {
		return nil, nil
	}
	m, err := j.reg.pick(ctx, spec{kind: kindRange, name: name, want: n.m.Version})
	if codeOf(err) == "ETARGET" {
		m, err = j.reg.pick(ctx, spec{kind: kindRange, name: name, want: "~" + parts[0] + "." + parts[1] + ".0"})
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

// putTwin puts the files of n's twin to a place, with the package.json of n itself.
func (w *writer) putTwin(at string, n *node, twin *Package) error {
	if err := w.files.Place(at, twin); err != nil {
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
