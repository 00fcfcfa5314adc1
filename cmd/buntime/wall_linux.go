package main

import (
	"crypto/x509"
	"debug/elf"
	"errors"
	"fmt"
	"os"

	seccomp "github.com/elastic/go-seccomp-bpf"
	"github.com/landlock-lsm/go-landlock/landlock"
	ll "github.com/landlock-lsm/go-landlock/landlock/syscall"
)

// Rights of a path, by Landlock: https://docs.kernel.org/userspace-api/landlock.html
const (
	mayRead = ll.AccessFSReadFile | ll.AccessFSReadDir
	mayRun  = ll.AccessFSReadFile | ll.AccessFSExecute
)

// readable are what a server reads once it serves: how names are resolved, whom TLS
// trusts, zones of time, and what the system says of the process and its limits.
var readable = []string{
	"/etc", "/run/systemd/resolve", "/run/resolvconf", "/run/NetworkManager", "/usr/share", "/usr/local/share/certs", "/var/lib/ca-certificates",
	"/proc", "/sys/fs/cgroup", "/sys/kernel/mm", "/sys/devices/system/cpu", "/dev/urandom", "/dev/zero",
}

// refused are system calls that no part of a server makes, and that take control of
// other processes, of the kernel or of the machine.
var refused = []string{
	"acct", "add_key", "adjtimex", "bpf", "capset", "chroot", "clock_adjtime", "clock_settime", "delete_module", "finit_module", "fsconfig", "fsmount", "fsopen",
	"fspick", "init_module", "io_uring_enter", "io_uring_register", "io_uring_setup", "kcmp", "kexec_file_load", "kexec_load", "keyctl", "mount", "mount_setattr",
	"move_mount", "name_to_handle_at", "open_by_handle_at", "open_tree", "perf_event_open", "personality", "pidfd_getfd", "pivot_root", "process_vm_readv",
	"process_vm_writev", "ptrace", "quotactl", "reboot", "request_key", "setdomainname", "setfsgid", "setfsuid", "setgid", "setgroups", "sethostname", "setns", "setregid",
	"setresgid", "setresuid", "setreuid", "settimeofday", "setuid", "swapoff", "swapon", "syslog", "umount2", "unshare", "userfaultfd", "vhangup",
}

// readTrusted reads the pool of those whom TLS trusts, which is kept for the process, and
// may be anywhere: it must have been read when the wall is raised.
func readTrusted() { _, _ = x509.SystemCertPool() }

// raiseWall takes from this process and its children, for good, what a server does not
// need once it is open, so that code which broke out of a sandbox finds little: of files
// it leaves the data folder, what is readable, and this program to be run; and the refused
// system calls fail. It returns an error for what the system does not have.
func raiseWall(data string) error {
	rules := []landlock.Rule{
		landlock.RWDirs(data).WithRefer(),
		landlock.RWFiles("/dev/null").IgnoreIfMissing(),
	}
	for _, p := range readable {
		rules = append(rules, landlock.PathAccess(accessOf(p), p).IgnoreIfMissing())
	}
	runs, err := programs()
	if err != nil {
		return err
	}
	for _, p := range runs {
		rules = append(rules, landlock.PathAccess(mayRun, p).IgnoreIfMissing())
	}
	var errs []error
	if v, err := ll.LandlockGetABIVersion(); err != nil || v < 1 {
		errs = append(errs, errors.New("the kernel has no Landlock"))
	} else {
		// The network stays: who may reach what is the egress policy's matter. So do signals:
		// each thread has a domain of its own, and could not end a child of another's.
		if err := landlock.V6.BestEffort().RestrictPaths(rules...); err != nil {
			errs = append(errs, fmt.Errorf("landlock: %w", err))
		}
	}
	if !seccomp.Supported() {
		return errors.Join(append(errs, errors.New("the kernel has no seccomp filters"))...)
	}
	err = seccomp.LoadFilter(seccomp.Filter{NoNewPrivs: true, Flag: seccomp.FilterFlagTSync, Policy: seccomp.Policy{
		DefaultAction: seccomp.ActionAllow,
		Syscalls:      []seccomp.SyscallGroup{{Action: seccomp.ActionErrno, Names: refused}},
	}})
	if err != nil {
		errs = append(errs, fmt.Errorf("seccomp: %w", err))
	}
	return errors.Join(errs...)
}

func accessOf(path string) landlock.AccessFSSet {
	if info, err := os.Stat(path); err == nil && !info.IsDir() {
		return ll.AccessFSReadFile
	}
	return mayRead
}

// programs are this program, which runs itself to transform sources, and what it is
// linked with, if anything: a release is not. An upgrade may have put another file at
// its path.
func programs() ([]string, error) {
	const exe = "/proc/self/exe"
	f, err := elf.Open(exe)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if libs, err := f.ImportedLibraries(); err != nil || len(libs) == 0 {
		return []string{exe}, err
	}
	return []string{exe, "/lib", "/lib64", "/usr/lib", "/usr/lib64"}, nil
}
