package wasmhost

import (
	"io/fs"
	"math"
	"os"
	"path"
	"strconv"
	"strings"
)

const (
	// unknownBudget is the budget where the system does not tell its memory.
	unknownBudget = 2 << 30

	// minBudget is the least that the default is: some tens of small guests.
	minBudget = 32 << 20
)

// UsableMemory is how many bytes of memory this process may use: the machine's, or
// the limit of the control group it is in, whichever is less; 0 where the system
// does not tell.
func UsableMemory() int64 { return usableMemory(os.DirFS("/")) }

// defaultBudget is half of what the process may use.
func defaultBudget() int64 {
	usable := UsableMemory()
	if usable == 0 {
		return unknownBudget
	}
	return max(usable/2, minBudget)
}

// usableMemory is how many bytes of memory a process that sees root as its file
// system may use, 0 if unknown. It reads what Linux has:
// https://docs.kernel.org/admin-guide/cgroup-v2.html and, for version 1,
// https://docs.kernel.org/admin-guide/cgroup-v1/memory.html
func usableMemory(root fs.FS) int64 {
	least := int64(math.MaxInt64)
	take := func(text string, unit int64) {
		// "max", and what does not fit, are no limits.
		if n, err := strconv.ParseInt(text, 10, 64); err == nil && n > 0 && n <= math.MaxInt64/unit {
			least = min(least, n*unit)
		}
	}
	info, _ := fs.ReadFile(root, "proc/meminfo")
	for line := range strings.Lines(string(info)) {
		if f := strings.Fields(line); len(f) == 3 && f[0] == "MemTotal:" {
			take(f[1], 1<<10)
		}
	}
	groups, _ := fs.ReadFile(root, "proc/self/cgroup")
	for line := range strings.Lines(string(groups)) {
		part := strings.SplitN(strings.TrimSpace(line), ":", 3) // hierarchy, controllers, path
		if len(part) < 3 {
			continue
		}
		mount, file := "", ""
		switch {
		case part[1] == "":
			mount, file = "sys/fs/cgroup", "memory.max"
		case strings.Contains(","+part[1]+",", ",memory,"):
			mount, file = "sys/fs/cgroup/memory", "memory.limit_in_bytes"
		default:
			continue
		}
		// The limits of all groups above hold as well. In a container the path may
		// be the host's, of which only the root is to be seen.
		for dir := path.Clean("/" + part[2]); ; dir = path.Dir(dir) {
			text, _ := fs.ReadFile(root, path.Join(mount, dir, file))
			take(strings.TrimSpace(string(text)), 1)
			if dir == "/" {
				break
			}
		}
	}
	if least == math.MaxInt64 {
		return 0
	}
	return least
}
