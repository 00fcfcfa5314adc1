package main

import (
	"regexp"
	"strings"
)

// What the flag parser says, which shows the functions that it is made of.
var (
	noFlag      = regexp.MustCompile(`^flag provided but not defined: -+(.*)$`)
	noValue     = regexp.MustCompile(`(?s)^invalid value (".*") for flag -+(\S+): (.*)$`)
	noVariable  = regexp.MustCompile(`(?s)^could not parse (".*") as \S+ value from environment variable "(\S+)" for flag \S+: (.*)$`)
	noneOfThese = regexp.MustCompile(`^Required flag "(\S+)" not set$`)
)

// mistake says in our words what the flag parser says.
func mistake(said string) string {
	if m := noFlag.FindStringSubmatch(said); m != nil {
		return "there is no flag " + dashed(m[1])
	}
	if m := noValue.FindStringSubmatch(said); m != nil {
		return dashed(m[2]) + " " + m[1] + " " + wrong(m[3])
	}
	if m := noVariable.FindStringSubmatch(said); m != nil {
		return m[2] + " " + m[1] + " " + wrong(m[3])
	}
	if m := noneOfThese.FindStringSubmatch(said); m != nil {
		return dashed(m[1]) + " is required"
	}
	return said
}

func dashed(name string) string {
	if len(name) == 1 {
		return "-" + name
	}
	return "--" + name
}

// wrong says what a value is not, from the reason that it was refused for.
func wrong(reason string) string {
	switch {
	case strings.Contains(reason, "duration"):
		return "is not a time such as 30s or 500ms"
	case strings.Contains(reason, "out of range"):
		return "is too large or too small"
	case strings.Contains(reason, "strconv.ParseInt"):
		return "is not a whole number"
	case reason == "parse error":
		return "is neither true nor false"
	}
	return "is refused: " + reason
}
