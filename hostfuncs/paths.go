package hostfuncs

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// The bounds of a path. They hold for what a client names and for what a guest
// creates, so that everything a guest creates can be named by a client.
const (
	MaxPath      = 4096 // bytes of a whole path
	MaxComponent = 255  // bytes of one name
	MaxDepth     = 128  // names below /workspace
)

// Root is where the workspace is mounted in the guest, Temp where /tmp is.
const (
	Root = "/workspace"
	Temp = "/tmp"
)

// PathError reports a path that breaks a rule.
type PathError struct {
	Path  string // as given
	Rule  string // "contains a NUL byte", …
	Limit int    // of what the rule bounds; 0 if it bounds nothing
}

func (e *PathError) Error() string { return fmt.Sprintf("path %.120q %s", e.Path, e.Rule) }

// ParseAPIPath returns the canonical form of a path that a client gave:
// relative to /workspace, without "." and "..", "" for /workspace itself. The
// path is relative to /workspace or absolute inside it.
//
// ".." is resolved by its text; names are bytes, nothing is normalised. What
// leaves /workspace, holds NUL or invalid UTF-8, has a name over 255 bytes, is
// over 4,096 bytes or deeper than 128 is a *PathError.
func ParseAPIPath(path string) (string, error) {
	bad := func(rule string) (string, error) { return "", &PathError{Path: path, Rule: rule} }
	switch {
	case len(path) > MaxPath:
		return "", tooLong(path)
	case strings.IndexByte(path, 0) >= 0:
		return bad("contains a NUL byte")
	case !utf8.ValidString(path):
		return bad("is not valid UTF-8")
	}
	abs := strings.HasPrefix(path, "/")
	inside := !abs
	parts := make([]string, 0, 8)
	for name := range strings.SplitSeq(path, "/") {
		switch {
		case name == "" || name == ".":
		case !inside:
			if name != Root[1:] {
				return bad("is outside " + Root)
			}
			inside = true
		case name != "..":
			parts = append(parts, name)
		case len(parts) == 0:
			return bad("leaves " + Root)
		default:
			parts = parts[:len(parts)-1]
		}
	}
	if !inside {
		return bad("is outside " + Root)
	}
	if err := CheckParts(parts); err != nil {
		e := *err.(*PathError)
		e.Path = path
		return "", &e
	}
	return strings.Join(parts, "/"), nil
}

// NamesDirectory reports whether path can be no file's, for it ends in a slash, "."
// or "..": who writes a/ has a directory in mind, and shall not get a file a.
func NamesDirectory(path string) bool {
	switch path[strings.LastIndexByte(path, '/')+1:] {
	case "", ".", "..":
		return true
	}
	return false
}

// CheckRelative reports whether path is a canonical path relative to
// /workspace as ParseAPIPath returns them, other than "": what a store may
// hold. Invalid UTF-8 is refused. The error is a *PathError.
func CheckRelative(path string) error {
	if p, err := ParseAPIPath(path); err != nil {
		return err
	} else if p == "" || p != path {
		return &PathError{Path: path, Rule: "is not canonical"}
	}
	return nil
}

// CheckParts checks the bounds of names below /workspace. The error is a
// *PathError.
func CheckParts(parts []string) error {
	n := len(Root)
	for _, p := range parts {
		if len(p) > MaxComponent {
			return &PathError{p, fmt.Sprintf("has a name longer than %d bytes", MaxComponent), MaxComponent}
		}
		n += 1 + len(p)
	}
	if n > MaxPath {
		return tooLong(strings.Join(parts, "/"))
	}
	if len(parts) > MaxDepth {
		return &PathError{strings.Join(parts, "/"), fmt.Sprintf("is deeper than %d", MaxDepth), MaxDepth}
	}
	return nil
}

func tooLong(path string) error {
	return &PathError{path, fmt.Sprintf("is longer than %d bytes", MaxPath), MaxPath}
}

// linkInside reports whether a symbolic link with this target stays inside
// /workspace or /tmp. It decides by the text, from the canonical path of the
// directory the link is in, given as names ("workspace", "a"): ".." must not
// climb above the mount the link is in, or the one its absolute target names.
func linkInside(dir []string, target string) bool {
	depth := len(dir)
	if strings.HasPrefix(target, "/") {
		depth = 0
	} else if depth == 0 {
		return false
	}
	for name := range strings.SplitSeq(target, "/") {
		switch {
		case name == "" || name == ".":
		case name == "..":
			if depth <= 1 {
				return false
			}
			depth--
		case depth == 0 && name != Root[1:] && name != Temp[1:]:
			return false
		default:
			depth++
		}
	}
	return depth > 0
}

// checkGuestPath checks what holds for any path of a guest. It returns "" or an
// errno.
func checkGuestPath(path string) string {
	switch {
	case path == "":
		return "ENOENT"
	case len(path) > MaxPath:
		return "ENAMETOOLONG"
	case path[0] != '/', strings.IndexByte(path, 0) >= 0, !utf8.ValidString(path):
		return "EINVAL"
	}
	return ""
}
