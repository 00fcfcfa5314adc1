package npm

import (
	"regexp"
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
	if len(s) > maxRange || tooLarge(s) {
		return nil, false
	}
	s = normalRange(strings.TrimSpace(s))
	c, err := semver.NPM.ParseConstraint(s)
	if err != nil {
		if s = looseRange(s); s != "" {
			c, err = semver.NPM.ParseConstraint(s)
		}
	}
	return c, err == nil
}

// joined is a version whose prerelease follows without a hyphen.
var joined = regexp.MustCompile(`^([<>=~^]*v?\d+\.\d+\.\d+)([A-Za-z])`)

// looseRange leaves out of a range what npm, being loose, passes over: what is no
// comparison, signs of equality too many. "" if nothing is left.
func looseRange(s string) string {
	var alternatives []string
	for part := range strings.SplitSeq(s, "||") {
		if from, ok := strings.CutSuffix(strings.TrimSpace(part), " - *"); ok {
			part = ">=" + from
		}
		var kept []string
		for word := range strings.FieldsSeq(part) {
			word = strings.Replace(strings.Replace(word, "==", "=", 1), "~=", "~", 1)
			word = joined.ReplaceAllString(word, "$1-$2")
			if _, err := semver.NPM.ParseConstraint(word); err == nil {
				kept = append(kept, word)
			}
		}
		if len(kept) > 0 {
			alternatives = append(alternatives, strings.Join(kept, " "))
		}
	}
	return strings.Join(alternatives, " || ")
}

// tooLarge reports a number that JavaScript does not count to, before what a
// hyphen or a plus begins.
func tooLarge(s string) bool {
	const safe = "9007199254740991"
	for word := range strings.FieldsSeq(s) {
		if i := strings.IndexAny(word, "-+"); i >= 0 {
			word = word[:i]
		}
		for run := range strings.FieldsFuncSeq(word, func(r rune) bool { return r < '0' || r > '9' }) {
			if len(run) > len(safe) || len(run) == len(safe) && run > safe {
				return true
			}
		}
	}
	return false
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
