package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// anonymous is the memory in bytes that a process and its descendants have for
// themselves: pages that are no file's, or were once and have been written.
func anonymous(pid int) (int64, error) {
	children, err := parents()
	if err != nil {
		return 0, err
	}
	total := int64(0)
	for list := []int{pid}; len(list) > 0; list = list[1:] {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", list[0]))
		if err != nil {
			return 0, err
		}
		kb, err := field(string(text), "Anonymous:")
		if err != nil {
			return 0, err
		}
		total += kb << 10
		list = append(list, children[list[0]]...)
	}
	return total, nil
}

// field is the number after name in the text of a file of /proc.
func field(text, name string) (int64, error) {
	for line := range strings.Lines(text) {
		if rest, ok := strings.CutPrefix(line, name); ok {
			if f := strings.Fields(rest); len(f) > 0 {
				return strconv.ParseInt(f[0], 10, 64)
			}
		}
	}
	return 0, errors.New("no " + name)
}

// parents is the children of each process.
func parents() (map[int][]int, error) {
	names, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil || len(names) == 0 {
		return nil, errors.Join(err, errors.New("no processes in /proc"))
	}
	children := map[int][]int{}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			continue // it has ended
		}
		// pid (name) state parent …: the name may hold anything.
		head, rest, _ := strings.Cut(string(text), " ")
		rest = rest[strings.LastIndexByte(rest, ')')+1:]
		f := strings.Fields(rest)
		if len(f) < 2 {
			continue
		}
		pid, err1 := strconv.Atoi(head)
		parent, err2 := strconv.Atoi(f[1])
		if err1 == nil && err2 == nil {
			children[parent] = append(children[parent], pid)
		}
	}
	return children, nil
}

// threadTime is the processor time that the threads of a process have spent
// which still run.
func threadTime(pid int) (time.Duration, error) {
	names, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/[0-9]*/schedstat", pid))
	if err != nil || len(names) == 0 {
		return 0, errors.Join(err, errors.New("no schedstat in /proc"))
	}
	var total time.Duration
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			continue // it has ended
		}
		head, _, _ := strings.Cut(string(text), " ")
		ns, err := strconv.ParseInt(head, 10, 64)
		if err != nil {
			return 0, err
		}
		total += time.Duration(ns)
	}
	return total, nil
}

// firstLine is the value of the first line of a file of /proc that starts so.
func firstLine(name, start string) string {
	text, err := os.ReadFile(name)
	if err != nil {
		return ""
	}
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, start) {
			_, value, _ := strings.Cut(line, ":")
			return strings.TrimSpace(value)
		}
	}
	return ""
}
