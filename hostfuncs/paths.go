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
	Path string // as given
	Rule string // "contains a NUL byte", …
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
		return bad(fmt.Sprintf("is longer than %d bytes", MaxPath))
	case strings.IndexByte(path, 0) >= 0:
		return bad("contains a NUL byte")
	case !utf8.ValidString(path):
		return bad("is not valid UTF-8")
	}
	parts, ok := cleanParts(path)
	if !ok {
		return bad("leaves " + Root)
	}
	if strings.HasPrefix(path, "/") {
		if len(parts) == 0 || "/"+parts[0] != Root {
			return bad("is outside " + Root)
		}
		parts = parts[1:]
	}
	if err := CheckParts(parts); err != nil {
		return bad(err.(*PathError).Rule)
	}
	return strings.Join(parts, "/"), nil
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
			return &PathError{Path: p, Rule: fmt.Sprintf("has a name longer than %d bytes", MaxComponent)}
		}
		n += 1 + len(p)
	}
	if n > MaxPath {
		return &PathError{Path: strings.Join(parts, "/"), Rule: fmt.Sprintf("is longer than %d bytes", MaxPath)}
	}
	if len(parts) > MaxDepth {
		return &PathError{Path: strings.Join(parts, "/"), Rule: fmt.Sprintf("is deeper than %d", MaxDepth)}
	}
	return nil
}

// cleanParts splits path into names, resolving "." and ".." by their text. It
// reports false if ".." leaves what the path starts in. An absolute path stops
// at "/", as in POSIX: but leaving it is refused all the same, since no honest
// path needs it.
func cleanParts(path string) (parts []string, ok bool) {
	for name := range strings.SplitSeq(path, "/") {
		switch name {
		case "", ".":
		case "..":
			if len(parts) == 0 {
				return nil, false
			}
			parts = parts[:len(parts)-1]
		default:
			parts = append(parts, name)
		}
	}
	return parts, true
}
