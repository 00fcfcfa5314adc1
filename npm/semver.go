package npm

import (
	"strings"

	"deps.dev/util/semver"
)

// Versions and ranges are npm's, by package semver, which differs in one thing:
// see normalRange.

// maxRange bounds a range, which is parsed before it is known to be one.
const maxRange = 512

// version parses a version as npm does when it is loose: three numbers, and what
// may follow.
func version(s string) (*semver.Version, bool) {
	s = strings.TrimLeft(strings.TrimSpace(s), "=v ")
	core := s
	if i := strings.IndexAny(s, "-+"); i >= 0 {
		core = s[:i]
	}
	if len(s) > 256 || strings.Count(core, ".") != 2 || strings.Trim(core, "0123456789.") != "" && strings.Trim(core, "0123456789.abcdefghijklmnopqrstuvwyzABCDEFGHIJKLMNOPQRSTUVWYZ") != "" {
		return nil, false
	}
	v, err := semver.NPM.Parse(s)
	if err != nil || v.IsWildcard() {
		return nil, false
	}
	return v, true
}

// normalRange gives npm's meaning to an alternative that is empty: any version.
func normalRange(s string) string {
	if !strings.Contains(s, "||") {
		return s
	}
	for part := range strings.SplitSeq(s, "||") {
		if strings.TrimSpace(part) == "" {
			return "*"
		}
	}
	return s
}

// rangeOf parses a range.
func rangeOf(s string) (*semver.Constraint, bool) {
	if len(s) > maxRange {
		return nil, false
	}
	c, err := semver.NPM.ParseConstraint(normalRange(strings.TrimSpace(s)))
	return c, err == nil
}

// anyVersion reports whether a range takes every version, those before a release
// too.
func anyVersion(s string) bool {
	s = strings.TrimSpace(s)
	return s == "" || s == "*"
}

func validRange(s string) bool {
	_, ok := rangeOf(s)
	return ok
}

// satisfies reports whether a version is in a range.
func satisfies(v, r string) bool {
	parsed, ok := version(v)
	if !ok {
		return false
	}
	c, ok := rangeOf(r)
	return ok && c.MatchVersion(parsed)
}

// compareVersions orders versions; what is none comes first.
func compareVersions(a, b string) int {
	va, okA := version(a)
	vb, okB := version(b)
	switch {
	case okA && okB:
		return va.Compare(vb)
	case okA:
		return 1
	case okB:
		return -1
	}
	return strings.Compare(a, b)
}
