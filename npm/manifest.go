package npm

import (
	"bytes"
	"encoding/json"
	"errors"
	"path"
	"slices"
	"strings"
)

// Bounds of what one manifest may say.
const (
	maxDependencies = 2000 // of each sort
	maxBins         = 1000
)

// manifest is what a package.json, or a registry, says of a package. What is of
// the wrong type counts as not said, as npm has it.
type manifest struct {
	Name, Version string
	Description   string

	Dependencies         stringMap
	DevDependencies      stringMap
	OptionalDependencies stringMap
	PeerDependencies     stringMap
	PeerOptional         map[string]bool
	Bundled              []string // names; of all dependencies if BundleAll
	BundleAll            bool

	BinField     json.RawMessage
	Directories  stringMap
	Scripts      stringMap
	ScriptOrder  []string // their names, as written
	Engines      stringMap
	OS, CPU      []string
	Libc         []string
	LicenseField json.RawMessage
	Funding      json.RawMessage
	Workspaces   []string
	catalogs     map[string]stringMap // what "catalog:NAME" stands for; "" is the one without a name
	Overrides    json.RawMessage
	Resolutions  json.RawMessage

	InstallScript bool   // a registry's hint
	Deprecated    string // a registry's warning
	Tarball       string // dist.tarball
	Integrity     string // dist.integrity
}

var errNoObject = errors.New("it is not a JSON object")

// object decodes an object's own fields. encoding/json would take "Name" for
// "name", which npm does not.
func object(b []byte) (map[string]json.RawMessage, error) {
	b = bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(b, &fields); err != nil {
		var syntax *json.SyntaxError
		if errors.As(err, &syntax) {
			return nil, errors.New(syntax.Error())
		}
		return nil, errNoObject
	}
	if fields == nil {
		return nil, errNoObject
	}
	return fields, nil
}

func decodeString(raw json.RawMessage) string {
	var s string
	_ = json.Unmarshal(raw, &s)
	return s
}

// decodeStrings decodes a list of strings, or one.
func decodeStrings(raw json.RawMessage) []string {
	if len(raw) == 0 {
		return nil
	}
	var list []string
	if json.Unmarshal(raw, &list) == nil {
		return list
	}
	if s := decodeString(raw); s != "" {
		return []string{s}
	}
	return nil
}

func decodeMap(raw json.RawMessage) stringMap {
	var m stringMap
	if len(raw) > 0 {
		_ = json.Unmarshal(raw, &m)
	}
	return m
}

// parseManifest reads a package.json or a version of a packument.
func parseManifest(b []byte) (*manifest, error) {
	f, err := object(b)
	if err != nil {
		return nil, err
	}
	m := &manifest{
		Name:                 decodeString(f["name"]),
		Version:              decodeString(f["version"]),
		Description:          decodeString(f["description"]),
		Dependencies:         decodeMap(f["dependencies"]),
		DevDependencies:      decodeMap(f["devDependencies"]),
		OptionalDependencies: decodeMap(f["optionalDependencies"]),
		PeerDependencies:     decodeMap(f["peerDependencies"]),
		BinField:             f["bin"],
		Directories:          decodeMap(f["directories"]),
		Scripts:              decodeMap(f["scripts"]),
		Engines:              decodeMap(f["engines"]),
		OS:                   decodeStrings(f["os"]),
		CPU:                  decodeStrings(f["cpu"]),
		Libc:                 decodeStrings(f["libc"]),
		LicenseField:         f["license"],
		Funding:              f["funding"],
		Overrides:            f["overrides"],
		Resolutions:          f["resolutions"],
		Deprecated:           decodeString(f["deprecated"]),
		InstallScript:        string(f["hasInstallScript"]) == "true",
	}
	if len(m.Scripts) > 0 {
		if o, err := parseOrdered(f["scripts"]); err == nil {
			for _, script := range o.members {
				if _, ok := m.Scripts[script.key]; ok {
					m.ScriptOrder = append(m.ScriptOrder, script.key)
				}
			}
		}
	}
	var meta map[string]json.RawMessage
	if json.Unmarshal(f["peerDependenciesMeta"], &meta) == nil {
		for name, raw := range meta {
			if p, err := object(raw); err == nil && string(p["optional"]) == "true" {
				if m.PeerOptional == nil {
					m.PeerOptional = map[string]bool{}
				}
				m.PeerOptional[name] = true
			}
		}
	}
	for _, key := range []string{"bundleDependencies", "bundledDependencies"} {
		if string(f[key]) == "true" {
			m.BundleAll = true
		}
		m.Bundled = append(m.Bundled, decodeStrings(f[key])...)
	}
	m.readCatalogs(f)
	if ws, err := object(f["workspaces"]); err == nil {
		m.Workspaces = decodeStrings(ws["packages"])
		m.readCatalogs(ws)
	} else {
		m.Workspaces = decodeStrings(f["workspaces"])
	}
	if dist, err := object(f["dist"]); err == nil {
		m.Tarball, m.Integrity = decodeString(dist["tarball"]), decodeString(dist["integrity"])
	}
	for name := range m.OptionalDependencies { // npm's rule: optional wins
		delete(m.Dependencies, name)
	}
	return m, nil
}

// maxCatalogs bounds the catalogs of a project.
const maxCatalogs = 100

func (m *manifest) readCatalogs(f map[string]json.RawMessage) {
	if f["catalog"] == nil && f["catalogs"] == nil {
		return
	}
	if m.catalogs == nil {
		m.catalogs = map[string]stringMap{}
	}
	if one := decodeMap(f["catalog"]); len(one) > 0 {
		m.catalogs[""] = one
	}
	if named, err := object(f["catalogs"]); err == nil && len(named) <= maxCatalogs {
		for name, raw := range named {
			m.catalogs[name] = decodeMap(raw)
		}
	}
}

// fromCatalog returns what a dependency is, if it is one of a catalog's: EUNSUPPORTED
// if the project's catalogs do not have it.
func (m *manifest) fromCatalog(name, raw string) (string, error) {
	catalog, ok := strings.CutPrefix(raw, "catalog:")
	if !ok {
		return raw, nil
	}
	if want := m.catalogs[strings.TrimSpace(catalog)][name]; want != "" && !strings.HasPrefix(want, "catalog:") {
		return want, nil
	}
	return "", fail("ECATALOG", name, "%q: package.json of the project has no such catalog, or the catalog no %s", cut(raw, 60), name)
}

// section is one of the keys of a package.json that have dependencies.
type section struct {
	key  string
	deps stringMap
}

// dependencies are those of all sorts, in the order of sections.
func (m *manifest) dependencies() []section {
	return []section{
		{"dependencies", m.Dependencies}, {"devDependencies", m.DevDependencies},
		{"optionalDependencies", m.OptionalDependencies}, {"peerDependencies", m.PeerDependencies},
	}
}

// check refuses a manifest that asks for more than anything sensible: ELIMIT.
func (m *manifest) check() error {
	for _, s := range m.dependencies() {
		if len(s.deps) > maxDependencies {
			return fail("ELIMIT", m.id(), "it has more than %d dependencies of one sort", maxDependencies)
		}
	}
	return nil
}

func (m *manifest) id() string {
	if m.Version == "" {
		return m.Name
	}
	return m.Name + "@" + m.Version
}

// bundles reports whether a dependency comes in the package's own archive.
func (m *manifest) bundles(name string) bool {
	return slices.Contains(m.Bundled, name) || m.BundleAll && (m.Dependencies[name] != "" || m.OptionalDependencies[name] != "")
}

// lifecycle are the scripts that an installer would run, and this one does not.
var lifecycle = []string{"preinstall", "install", "postinstall"}

func (m *manifest) hasInstallScript() bool {
	return m.InstallScript || slices.ContainsFunc(lifecycle, func(s string) bool { return m.Scripts[s] != "" })
}

func (m *manifest) license() string {
	if s := decodeString(m.LicenseField); s != "" {
		return s
	}
	if o, err := object(m.LicenseField); err == nil {
		return decodeString(o["type"])
	}
	return ""
}

// bin returns the package's commands with their files, relative to it. What
// leads out of the package, or is no name for a command, is left out.
func (m *manifest) bin() map[string]string {
	list := map[string]string{}
	if file := decodeString(m.BinField); file != "" {
		_, base, scoped := strings.Cut(m.Name, "/")
		if !scoped {
			base = m.Name
		}
		list[base] = file
	} else {
		for name, file := range decodeMap(m.BinField) {
			if strings.HasPrefix(name, "@") {
				_, name, _ = strings.Cut(name, "/")
			}
			list[name] = file
		}
	}
	out := map[string]string{}
	for name, file := range list {
		if p, ok := binFile(file); ok && plainCommand(name) && len(out) < maxBins {
			out[name] = p
		}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

// binFile returns the canonical form of a path that stays in its package.
func binFile(file string) (string, bool) {
	if file == "" || len(file) > maxFilePath || path.IsAbs(file) || strings.ContainsAny(file, "\\\x00\n\r") || len(file) > 1 && file[1] == ':' {
		return "", false
	}
	p := path.Clean(file)
	if p == "." || p == ".." || strings.HasPrefix(p, "../") {
		return "", false
	}
	return p, true
}

// plainCommand reports whether s can be the name of a command.
func plainCommand(s string) bool {
	if s == "" || s == "." || s == ".." || len(s) > 128 {
		return false
	}
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', strings.IndexByte("-._+~!", c) >= 0:
		default:
			return false
		}
	}
	return true
}

// platformError says why a package is not for this platform, or "".
func (m *manifest) platformError() string {
	for _, r := range []struct {
		what string
		list []string
		ours string
	}{{"os", m.OS, platformOS}, {"cpu", m.CPU, platformCPU}, {"libc", m.Libc, platformLibc}} {
		if !allows(r.list, r.ours) {
			return r.what + " " + cut(strings.Join(r.list, ","), 100) + ", and here is " + r.ours
		}
	}
	return ""
}

// What packages are chosen for. Programs are told that they are on linux-x64, but
// no native code can be loaded: of packages that come once for each processor,
// only WebAssembly is of use.
const (
	platformOS   = "linux"
	platformCPU  = "wasm32"
	platformLibc = "musl"
	nodeVersion  = "24.0.0" // that engines are held against
)

// allows is npm's reading of os, cpu and libc.
func allows(list []string, ours string) bool {
	if len(list) == 0 || len(list) == 1 && list[0] == "any" {
		return true
	}
	match, negated := false, 0
	for _, s := range list {
		if not, ok := strings.CutPrefix(s, "!"); ok {
			if not == ours {
				return false
			}
			negated++
		} else if s == ours {
			match = true
		}
	}
	return match || negated == len(list)
}

// engineOK reports whether the package says that it runs on our Node.
func (m *manifest) engineOK() bool {
	r := m.Engines["node"]
	if r == "" {
		return true
	}
	return !validRange(r) || satisfies(nodeVersion, r)
}
