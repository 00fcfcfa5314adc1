package npm

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/tidwall/jsonc"
)

// bunObject reads bun.lock as JSON, which it is but for commas at ends.
func bunObject(b []byte) (map[string]json.RawMessage, error) {
	if bytes.Contains(b, []byte("<<<<<<< ")) {
		return nil, lockError("%s has marks of a merge that was not finished", bunName)
	}
	f, err := object(jsonc.ToJSON(b))
	if err != nil {
		return nil, lockError("bun.lock cannot be read: %s", err)
	}
	return f, nil
}

// parseBunLock reads Bun's text lockfile as entries of npm's. A key "a/b" is b in
// the node_modules of a.
func parseBunLock(b []byte) ([]lockEntry, error) {
	f, err := bunObject(b)
	if err != nil {
		return nil, err
	}
	switch v := string(f["lockfileVersion"]); v {
	case "0", "1", "2", "3":
	default:
		return nil, lockError("bun.lock is of version %s, and 0 to 3 are read", cut(v, 20))
	}
	if patched, err := object(f["patchedDependencies"]); err == nil && len(patched) > 0 {
		return nil, fail("EUNSUPPORTED", "", "bun.lock has patchedDependencies (%s), and packages are not patched here: use overrides", cut(sortedKeys(patched)[0], 80))
	}
	packages, err := object(f["packages"])
	if err != nil {
		if f["packages"] != nil {
			return nil, lockError("bun.lock has no packages")
		}
		packages = nil
	}
	if len(packages) > maxLocked {
		return nil, fail("ELIMIT", "", "bun.lock has more than %d packages", maxLocked)
	}
	var out []lockEntry
	byPath := map[string]*manifest{}
	for key, raw := range packages {
		e, err := bunEntry(key, raw)
		if err != nil {
			return nil, err
		}
		out = append(out, e)
		byPath[e.path] = e.m
	}
	for _, e := range out {
		i := strings.LastIndex(e.path, "/node_modules/")
		if in := byPath[e.path[:max(i, 0)]]; e.bundled && in != nil {
			in.Bundled = append(in.Bundled, e.path[i+len("/node_modules/"):])
		}
	}
	return out, nil
}

func bunEntry(key string, raw json.RawMessage) (lockEntry, error) {
	var e lockEntry
	var tuple []json.RawMessage
	if err := json.Unmarshal(raw, &tuple); err != nil || len(tuple) == 0 {
		return e, lockError("bun.lock: %q is not a package", cut(key, 80))
	}
	var names []string
	parts := strings.Split(key, "/")
	for i := 0; i < len(parts); i++ {
		name := parts[i]
		if strings.HasPrefix(name, "@") && i+1 < len(parts) {
			i++
			name += "/" + parts[i]
		}
		if err := checkName(name); err != nil {
			return e, err
		}
		names = append(names, name)
	}
	e.path = "node_modules/" + strings.Join(names, "/node_modules/")
	name, want := splitAt(decodeString(tuple[0]))
	if err := checkName(name); err != nil {
		return e, err
	}
	kind, rest, _ := strings.Cut(want, ":")
	switch kind {
	case "workspace", "link", "file":
		if kind == "file" && isArchive(rest) {
			break
		}
		e.link, e.resolved = true, rest
		e.m = &manifest{Name: name}
		return e, nil
	case "root":
		e.link, e.resolved = true, ""
		e.m = &manifest{Name: name}
		return e, nil
	}
	if strings.HasPrefix(want, "git") || strings.Contains(want, "#") && !strings.HasPrefix(want, "http") {
		return e, gitRefused(name, want)
	}
	// The object says what the package depends on; a hash may follow it.
	e.m = &manifest{}
	for _, item := range tuple[1:] {
		if m, err := parseManifest(item); err == nil {
			e.m = m
		} else if s := decodeString(item); strings.Contains(s, "-") && strings.HasPrefix(s, "sha") {
			e.integrity = s
		} else if strings.HasPrefix(s, "http") {
			e.resolved = s
		}
	}
	e.m.Name = name
	switch {
	case strings.HasPrefix(want, "http:"), strings.HasPrefix(want, "https:"):
		e.resolved, e.m.Version = want, "0.0.0"
	case kind == "file" || isArchive(want):
		e.resolved, e.m.Version = "file:"+strings.TrimPrefix(want, "file:"), "0.0.0"
	default:
		e.m.Version = want
		if _, ok := version(want); !ok {
			return e, lockError("bun.lock: %q is at %q, which is not a version", cut(key, 80), cut(want, 40))
		}
		if e.integrity == "" {
			return e, fail("EINTEGRITY", e.m.id(), "bun.lock has no integrity for it")
		}
		if e.resolved != "" && !isArchive(e.resolved) {
			e.resolved = "" // the registry that it is from
		}
	}
	bunOwn(&e, tuple)
	return e, nil
}

// bunOwn reads what only Bun's objects have.
func bunOwn(e *lockEntry, tuple []json.RawMessage) {
	for _, item := range tuple {
		o, err := object(item)
		if err != nil {
			continue
		}
		e.bundled = string(o["bundled"]) == "true"
		for _, name := range decodeStrings(o["optionalPeers"]) {
			if e.m.PeerOptional == nil {
				e.m.PeerOptional = map[string]bool{}
			}
			e.m.PeerOptional[name] = true
		}
	}
}
