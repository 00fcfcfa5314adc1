package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// program is one program of testdata/compat and what the real runtime printed.
type program struct {
	area, name string // name is unique in the area
	dir        string // of its files, on this machine; "" for a single file
	main       string // path of its entry: on this machine for a single file, else below dir
	ref        string // "node", "node24", "bun" or "bash": whose golden file it is
	command    string // the command line that runs it
	golden     string // path of the golden file
	packages   bool   // it has a package-lock.json, whose packages are installed first
	miss       string // why it is known to differ; "" if it must be equal
}

func (p *program) String() string { return p.area + "/" + p.name }

var extensions = []string{".mjs", ".cjs", ".js", ".ts", ".tsx", ".jsx", ".sh"}

// packagesArea is the area of programs that use one popular package each.
const packagesArea = "packages"

// load finds the programs below root, the directory testdata, in order of area
// and name: those of compat and, if packages is set, of packages. It is an error
// if a misses.json names a program that does not exist.
func load(root string, packages bool) ([]*program, error) {
	all, err := loadAreas(filepath.Join(root, "compat"))
	if err != nil || !packages {
		return all, err
	}
	more, err := loadArea(root, packagesArea)
	return append(all, more...), err
}

func loadAreas(root string) ([]*program, error) {
	areas, err := os.ReadDir(root)
	if err != nil {
		return nil, err
	}
	var all []*program
	for _, a := range areas {
		if !a.IsDir() || a.Name() == "node_modules" {
			continue
		}
		programs, err := loadArea(root, a.Name())
		if err != nil {
			return nil, err
		}
		all = append(all, programs...)
	}
	return all, nil
}

func loadArea(root, area string) ([]*program, error) {
	dir := filepath.Join(root, area)
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	misses := map[string]string{}
	if b, err := os.ReadFile(filepath.Join(dir, "misses.json")); err == nil {
		if err := json.Unmarshal(b, &misses); err != nil {
			return nil, fmt.Errorf("%s/misses.json: %w", area, err)
		}
	} else if !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	var programs []*program
	for _, e := range entries {
		p := &program{area: area}
		ext := filepath.Ext(e.Name())
		switch {
		case e.IsDir():
			p.name, p.dir = e.Name(), filepath.Join(dir, e.Name())
			for _, ext := range extensions {
				if _, err := os.Stat(filepath.Join(p.dir, "main"+ext)); err == nil {
					p.main = "main" + ext
					break
				}
			}
			if p.main == "" {
				return nil, fmt.Errorf("%s: no main file", p)
			}
			p.golden = filepath.Join(p.dir, "main.golden")
			_, err := os.Stat(filepath.Join(p.dir, "package-lock.json"))
			p.packages = err == nil
		case slices.Contains(extensions, ext):
			p.name, p.main = strings.TrimSuffix(e.Name(), ext), filepath.Join(dir, e.Name())
			p.golden = filepath.Join(dir, p.name+".golden")
		default:
			continue
		}
		if err := p.directives(); err != nil {
			return nil, err
		}
		p.miss = misses[p.name]
		delete(misses, p.name)
		programs = append(programs, p)
	}
	for name := range misses {
		return nil, fmt.Errorf("%s/misses.json names %q, which is no program", area, name)
	}
	return programs, nil
}

// directives reads "// ref: R" and "// run: COMMAND LINE" from the first lines.
func (p *program) directives() error {
	file := p.main
	if p.dir != "" {
		file = filepath.Join(p.dir, p.main)
	}
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	ext := filepath.Ext(file)
	switch {
	case ext == ".sh":
		p.ref = "bash"
	case strings.HasPrefix(p.area, "bun"), ext == ".ts", ext == ".tsx":
		p.ref = "bun"
	default:
		p.ref = "node"
	}
	lines := bufio.NewScanner(f)
	for i := 0; i < 3 && lines.Scan(); i++ {
		line := strings.TrimSpace(strings.TrimLeft(lines.Text(), "/#"))
		if ref, ok := strings.CutPrefix(line, "ref:"); ok {
			p.ref = strings.TrimSpace(ref)
		}
		if command, ok := strings.CutPrefix(line, "run:"); ok {
			p.command = strings.TrimSpace(command)
		}
	}
	if !slices.Contains([]string{"node", "node24", "bun", "bash"}, p.ref) {
		return fmt.Errorf("%s: ref %q is not node, node24, bun or bash", p, p.ref)
	}
	if p.command == "" {
		p.command = p.ref + " " + filepath.Base(p.main)
	}
	return nil
}

// installed stands for node_modules in the folders of programs: packages that
// were written for them are no packages that were fetched.
const installed = "node_packages"

// files returns the program's files by path below its working directory.
func (p *program) files() (map[string][]byte, error) {
	files := map[string][]byte{}
	if p.dir == "" {
		b, err := os.ReadFile(p.main)
		files[filepath.Base(p.main)] = b
		return files, err
	}
	err := fs.WalkDir(os.DirFS(p.dir), ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || path.Base(name) == "main.golden" {
			return err
		}
		parts := strings.Split(name, "/")
		for i, part := range parts {
			if part == installed {
				parts[i] = "node_modules"
			}
		}
		files[path.Join(parts...)], err = os.ReadFile(filepath.Join(p.dir, filepath.FromSlash(name)))
		return err
	})
	return files, err
}

// want returns the golden file's text.
func (p *program) want() (string, error) {
	b, err := os.ReadFile(p.golden)
	return string(b), err
}

// printed is what a golden file holds: standard output, the exit code if it is
// not 0, and nothing of this machine.
func printed(stdout string, exit int, replace ...string) string {
	out := strings.NewReplacer(replace...).Replace(stdout)
	if exit != 0 {
		if out != "" && !strings.HasSuffix(out, "\n") {
			out += "\n"
		}
		out += fmt.Sprintf("[exit %d]\n", exit)
	}
	return out
}
