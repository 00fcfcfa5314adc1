package shell

import (
	"strconv"
	"strings"
)

const (
	sigHup   = 1
	sigInt   = 2
	sigKill  = 9
	sigUsr1  = 10
	sigPipe  = 13
	sigTerm  = 15
	sigChld  = 17
	sigCont  = 18
	sigUrg   = 23
	sigWinch = 28
)

// signals are Linux's, by number.
var signals = [...]string{
	1: "HUP", 2: "INT", 3: "QUIT", 4: "ILL", 5: "TRAP", 6: "ABRT", 7: "BUS", 8: "FPE", 9: "KILL", 10: "USR1", 11: "SEGV",
	12: "USR2", 13: "PIPE", 14: "ALRM", 15: "TERM", 16: "STKFLT", 17: "CHLD", 18: "CONT", 19: "STOP", 20: "TSTP",
	21: "TTIN", 22: "TTOU", 23: "URG", 24: "XCPU", 25: "XFSZ", 26: "VTALRM", 27: "PROF", 28: "WINCH", 29: "IO", 30: "PWR", 31: "SYS",
}

// signalName returns SIGTERM for 15.
func signalName(n int) string {
	if n > 0 && n < len(signals) {
		return "SIG" + signals[n]
	}
	return strconv.Itoa(n)
}

// SignalNumber returns the number of a signal by name (TERM or SIGTERM) or
// number, or -1.
func SignalNumber(s string) int {
	if n, err := strconv.Atoi(s); err == nil {
		if n >= 0 && n < len(signals) {
			return n
		}
		return -1
	}
	s = strings.TrimPrefix(strings.ToUpper(s), "SIG")
	for n, name := range signals {
		if n > 0 && name == s {
			return n
		}
	}
	return -1
}
