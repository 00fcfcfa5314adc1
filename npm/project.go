package npm

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
)

// Files is what an install does with a workspace. Paths are absolute; errors are
// those of the system calls in words. No path leads out of it, whatever links
// there are.
type Files interface {
	ReadFile(path string) ([]byte, error)
	WriteFile(path string, data []byte, flag int, perm fs.FileMode) error
	Stat(path string) (fs.FileInfo, error)
	Lstat(path string) (fs.FileInfo, error)
	ReadDir(path string) ([]fs.DirEntry, error)
	MkdirAll(path string, perm fs.FileMode) error
	Rename(from, to string) error
	RemoveAll(path string) error
	Unlink(path string) error
	Symlink(target, path string) error
	Readlink(path string) (string, error)
	Chmod(path string, mode fs.FileMode) error
	// Place makes path, where nothing is, a folder with the files of a package.
	Place(path string, p *Package) error
}

// Bounds of a project.
const (
	maxProjectFile = 1 << 20  // bytes of a package.json
	maxManifests   = 32 << 20 // bytes of all that is read of them for one command
	maxLockfile    = 16 << 20 // bytes
	maxWorkspaces  = 500
	maxVisited     = 10_000 // folders looked at for workspaces
	maxGlobDepth   = 10
)

// project is a folder with a package.json, and its workspaces.
type project struct {
	files Files
	top   string // nothing above it is looked at: "/workspace"
	root  string // of the project
	here  string // of the package that was named: root, or a workspace
	empty bool   // there is no package.json yet

	manifest   *manifest
	edited     *manifest                // of here, if that is a workspace whose package.json changes
	workspaces map[string]workspaceInfo // by name
	order      []string                 // their names, as the patterns find them

	unpacked map[string]*Package // archives in the workspace, by path
	read     *int64              // bytes of manifests
}

type workspaceInfo struct{ name, dir string }

func (p *project) workspace(name string) *workspaceInfo {
	if w, ok := p.workspaces[name]; ok {
		return &w
	}
	return nil
}

// readFile reads a regular file of at most limit bytes.
func readFile(files Files, name string, limit int64) ([]byte, error) {
	info, err := files.Stat(name)
	if err != nil {
		if l, lerr := files.Lstat(name); lerr == nil && l.Mode()&fs.ModeSymlink != 0 {
			return nil, fail("EPATH", "", "%s is a link that leads nowhere, or out of the workspace", path.Base(name))
		}
		return nil, err
	}
	switch {
	case !info.Mode().IsRegular():
		return nil, fail("EPATH", "", "%s is not a file", path.Base(name))
	case info.Size() > limit:
		return nil, fail("ELIMIT", "", "%s is larger than %d bytes", path.Base(name), limit)
	}
	return files.ReadFile(name)
}

// manifestOf reads the package.json of a folder. Errors: ENOENT, EJSONPARSE,
// ELIMIT, EPATH.
func (p *project) manifestOf(dir string) (*manifest, error) {
	b, err := readFile(p.files, path.Join(dir, "package.json"), maxProjectFile)
	if err != nil {
		if codeOf(err) == "" {
			return nil, fail("ENOENT", "", "there is no package.json in %s", cut(dir, 200))
		}
		return nil, err
	}
	if p.read == nil {
		p.read = new(int64)
	}
	if *p.read += int64(len(b)); *p.read > maxManifests {
		return nil, fail("ELIMIT", "", "the project's package.json have more than %d bytes together", maxManifests)
	}
	m, err := parseManifest(b)
	if err != nil {
		return nil, fail("EJSONPARSE", "", "package.json cannot be read: %s", err)
	}
	return m, nil
}

// manifestHere is that of the package that was named. Errors are manifestOf's.
func (p *project) manifestHere() (*manifest, error) {
	if p.here == p.root {
		return p.manifest, nil
	}
	return p.manifestOf(p.here)
}

// exists reports whether a name is there, whatever it is.
func exists(files Files, name string) bool {
	_, err := files.Lstat(name)
	return err == nil
}

// openProject finds the project that dir is in: the nearest package.json on the
// way up, or, if that is one of a project's workspaces, that project's.
func openProject(files Files, top, dir string) (*project, error) {
	dir = path.Clean(dir)
	if !inside(top, dir) {
		return nil, fail("EPATH", "", "%q is not in the workspace", cut(dir, 100))
	}
	p := &project{files: files, top: top, unpacked: map[string]*Package{}}
	for d := dir; p.here == ""; d = path.Dir(d) {
		if exists(files, path.Join(d, "package.json")) {
			p.here = d
		} else if d == top {
			p.here, p.empty = dir, true
		}
	}
	p.root = p.here
	if p.empty {
		p.manifest = &manifest{}
		return p, nil
	}
	for d := p.here; d != top; {
		d = path.Dir(d)
		if !exists(files, path.Join(d, "package.json")) {
			continue
		}
		m, err := p.manifestOf(d)
		if err != nil || len(m.Workspaces) == 0 {
			continue
		}
		above := &project{files: files, top: top, root: d, here: p.here, manifest: m, unpacked: p.unpacked, read: p.read}
		if err := above.findWorkspaces(); err != nil {
			return nil, err
		}
		for _, w := range above.workspaces {
			if w.dir == p.here {
				return above, nil
			}
		}
	}
	m, err := p.manifestOf(p.root)
	if err != nil {
		return nil, err
	}
	p.manifest = m
	return p, p.findWorkspaces()
}

// findWorkspaces looks for the folders that the project's patterns name.
func (p *project) findWorkspaces() error {
	p.workspaces = map[string]workspaceInfo{}
	var dirs []string
	visited := 0
	for _, pattern := range p.manifest.Workspaces {
		not := strings.HasPrefix(pattern, "!")
		pattern = strings.TrimPrefix(strings.TrimPrefix(pattern, "!"), "./")
		parts := strings.Split(strings.Trim(path.Clean("/"+pattern), "/"), "/")
		if path.IsAbs(pattern) || strings.Contains("/"+pattern+"/", "/../") || strings.ContainsAny(pattern, "\\\x00") || len(pattern) > maxFilePath || len(parts) > maxGlobDepth {
			return fail("EPATH", "", "package.json: workspaces: %q leads out of the project", cut(pattern, 80))
		}
		found, err := p.glob(p.root, parts, &visited, 0)
		if err != nil {
			return err
		}
		for _, d := range found {
			if not {
				for i, have := range dirs {
					if have == d {
						dirs = append(dirs[:i:i], dirs[i+1:]...)
						break
					}
				}
				continue
			}
			dirs = append(dirs, d)
		}
		if len(dirs) > maxWorkspaces {
			return fail("ELIMIT", "", "package.json: workspaces: more than %d folders", maxWorkspaces)
		}
	}
	for _, d := range dirs {
		m, err := p.manifestOf(d)
		if err != nil {
			return err
		}
		name := m.Name
		if name == "" {
			name = path.Base(d)
		}
		if err := checkName(name); err != nil {
			return err
		}
		if old, ok := p.workspaces[name]; ok && old.dir != d {
			return fail("EDUPLICATEWORKSPACE", name, "two workspaces have this name")
		}
		if _, known := p.workspaces[name]; !known {
			p.order = append(p.order, name)
		}
		p.workspaces[name] = workspaceInfo{name, d}
	}
	return nil
}

// glob returns the folders below dir that match and have a package.json.
func (p *project) glob(dir string, parts []string, visited *int, depth int) ([]string, error) {
	if *visited++; *visited > maxVisited {
		return nil, fail("ELIMIT", "", "package.json: workspaces: more than %d folders to look at", maxVisited)
	}
	if len(parts) == 0 {
		if exists(p.files, path.Join(dir, "package.json")) && dir != p.root {
			return []string{dir}, nil
		}
		return nil, nil
	}
	part := parts[0]
	if !strings.ContainsAny(part, "*?[") {
		if info, err := p.files.Lstat(path.Join(dir, part)); err != nil || !info.IsDir() {
			return nil, nil
		}
		return p.glob(path.Join(dir, part), parts[1:], visited, depth+1)
	}
	list, err := p.files.ReadDir(dir)
	if err != nil {
		return nil, nil
	}
	var out []string
	if part == "**" {
		if out, err = p.glob(dir, parts[1:], visited, depth); err != nil || depth >= maxGlobDepth {
			return out, err
		}
	}
	for _, e := range list {
		name := e.Name()
		if !e.IsDir() || name == "node_modules" || strings.HasPrefix(name, ".") {
			continue
		}
		rest := parts[1:]
		if part == "**" {
			rest = parts
		} else if ok, err := path.Match(part, name); err != nil || !ok {
			continue
		}
		found, err := p.glob(path.Join(dir, name), rest, visited, depth+1)
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	return out, nil
}

// archive unpacks an archive of the workspace. It is the session's own: no store
// keeps it.
func (p *project) archive(ctx context.Context, r *registry, abs string) (*manifest, string, error) {
	if info, err := p.files.Stat(abs); err == nil && info.Size() <= maxArchive {
		if err := r.hold(info.Size()); err != nil {
			return nil, "", err
		}
	}
	body, err := readFile(p.files, abs, maxArchive)
	if err != nil {
		if codeOf(err) == "" {
			err = fail("ENOENT", "", "there is no file %s", cut(abs, 200))
		}
		return nil, "", err
	}
	a, err := unpack(ctx, body, r.hold)
	if err != nil {
		return nil, "", err
	}
	p.unpacked[abs] = a.asPackage()
	return a.manifest, sha512Of(body).String(), nil
}

// remote fetches an archive from a URL.
func (p *project) remote(ctx context.Context, r *registry, raw string) (*manifest, string, error) {
	u, err := remoteURL(raw)
	if err != nil {
		return nil, "", err
	}
	pkg, sum, err := r.fetch(ctx, wanted{name: cut(raw, 100), url: u})
	if err != nil {
		return nil, "", err
	}
	m, err := pkg.manifest()
	return m, sum.String(), err
}

// manifest reads the package's own package.json.
func (p *Package) manifest() (*manifest, error) {
	f, ok := p.File("package.json")
	if !ok {
		return nil, fail("EMISMATCH", "", "its archive has no package.json")
	}
	return p.manifestIn(f)
}

// manifestIn reads one of its package.json files.
func (p *Package) manifestIn(f File) (*manifest, error) {
	if f.Size > maxManifest {
		return nil, fail("EMISMATCH", "", "its package.json is larger than %d bytes", maxManifest)
	}
	b := make([]byte, f.Size)
	if _, err := p.Content.ReadAt(b, f.Offset); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	m, err := parseManifest(b)
	if err != nil {
		return nil, fail("EMISMATCH", "", "its package.json cannot be read: %s", err)
	}
	return m, nil
}

// replace writes a file, unless it is a link (EPATH), and returns what undoes that.
func (p *project) replace(name string, data []byte) (undo func(), err error) {
	undo = func() {}
	info, err := p.files.Lstat(name)
	if err == nil && info.Mode()&fs.ModeSymlink != 0 {
		return undo, fail("EPATH", "", "%s is a link, and is not written through", path.Base(name))
	}
	if err == nil {
		old, err := readFile(p.files, name, maxLockfile)
		if err != nil || string(old) == string(data) {
			return undo, err
		}
		undo = func() { _ = p.write(name, old) }
	} else {
		undo = func() { _ = p.files.Unlink(name) }
	}
	return undo, p.write(name, data)
}

// write replaces a file.
func (p *project) write(name string, data []byte) error {
	return p.files.WriteFile(name, data, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644)
}
