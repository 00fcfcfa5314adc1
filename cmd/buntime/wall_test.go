//go:build linux

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
	"unsafe"

	ll "github.com/landlock-lsm/go-landlock/landlock/syscall"
	"golang.org/x/sys/unix"
)

// asProbe in the environment of a child process says that it is no command: see probe.
const asProbe = "BUNTIME_TEST_PROBE"

func init() {
	if os.Getenv(asProbe) != "" {
		probe()
	}
}

// probe raises the wall in a process of its own and prints what each attempt came to,
// by its name: nothing, or the error's number.
func probe() {
	data, outside, dial := os.Args[1], os.Args[2], os.Args[3]
	exe, _ := os.Executable()
	ready, goOn := make(chan bool), make(chan bool)
	got := map[string]syscall.Errno{}
	var late error
	go func() { // a thread that was there before
		runtime.LockOSThread()
		ready <- true
		<-goOn
		_, late = os.ReadFile(filepath.Join(outside, "secret"))
		ready <- true
	}()
	<-ready
	if err := raiseWall(data); err != nil {
		fmt.Println(err)
		os.Exit(3)
	}
	close(goOn)
	<-ready
	note := func(name string, err error) {
		var n syscall.Errno
		if err != nil && !errors.As(err, &n) {
			n = syscall.EIO
		}
		got[name] = n
	}
	note("read by another thread", late)
	_, err := os.ReadFile(filepath.Join(outside, "secret"))
	note("read", err)
	_, err = os.ReadDir(outside)
	note("list", err)
	note("write", os.WriteFile(filepath.Join(outside, "new"), nil, 0o600))
	note("delete", os.Remove(filepath.Join(outside, "secret")))
	note("link in", os.Link(filepath.Join(outside, "secret"), filepath.Join(data, "linked")))
	_ = os.Symlink(filepath.Join(outside, "secret"), filepath.Join(data, "symbolic"))
	_, err = os.ReadFile(filepath.Join(data, "symbolic"))
	note("read by a symbolic link", err)
	note("run another program", exec.Command("/bin/true").Run())
	note("data", os.WriteFile(filepath.Join(data, "new"), nil, 0o600))
	note("rename data", os.Rename(filepath.Join(data, "new"), filepath.Join(data, "newer")))
	note("delete data", os.Remove(filepath.Join(data, "newer")))
	_, err = os.ReadFile("/etc/hosts")
	note("hosts", err)
	_, err = os.ReadFile("/proc/self/status")
	note("proc", err)
	child := exec.Command(exe)
	child.Env = []string{asCommand + "=1"} // its help
	note("run itself", child.Run())
	c, err := net.Dial("tcp", dial)
	if err == nil {
		c.Close()
	}
	note("dial", err)
	note("ptrace", syscall.PtraceAttach(os.Getppid()))
	note("mount", unix.Mount("none", data, "tmpfs", 0, ""))
	note("chroot", unix.Chroot(data))
	note("unshare", unix.Unshare(unix.CLONE_NEWUSER))
	note("setuid", unix.Setuid(os.Getuid()))
	note("process_vm_readv", func() error { _, err := unix.ProcessVMReadv(os.Getppid(), nil, nil, 0); return err }())
	for name, number := range map[string]uintptr{"bpf": unix.SYS_BPF, "io_uring_setup": unix.SYS_IO_URING_SETUP, "userfaultfd": unix.SYS_USERFAULTFD, "keyctl": unix.SYS_KEYCTL} {
		var b [128]byte
		if _, _, n := syscall.Syscall(number, 0, uintptr(unsafe.Pointer(&b)), 0); n != 0 {
			note(name, n)
		} else {
			note(name, nil)
		}
	}
	_ = json.NewEncoder(os.Stdout).Encode(got)
	os.Exit(0)
}

// The wall around the process of a server: code that broke out of a sandbox, and may do
// what the process may, gets no other files, programs, processes or powers.
func TestWall(t *testing.T) {
	if v, err := ll.LandlockGetABIVersion(); err != nil || v < 3 {
		t.Skipf("the kernel's Landlock is of version %d, %v: the wall is lower there", v, err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	outside, data := t.TempDir(), t.TempDir()
	if err := os.WriteFile(filepath.Join(outside, "secret"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe, data, outside, l.Addr().String())
	cmd.Env = append(os.Environ(), asProbe+"=1")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	var got map[string]syscall.Errno
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	want := map[string]syscall.Errno{
		"read by another thread": syscall.EACCES, "read": syscall.EACCES, "list": syscall.EACCES, "write": syscall.EACCES, "delete": syscall.EACCES,
		"link in": syscall.EXDEV, "read by a symbolic link": syscall.EACCES, "run another program": syscall.EACCES,
		"data": 0, "rename data": 0, "delete data": 0, "hosts": 0, "proc": 0, "run itself": 0, "dial": 0,
		"ptrace": syscall.EPERM, "mount": syscall.EPERM, "chroot": syscall.EPERM, "unshare": syscall.EPERM, "setuid": syscall.EPERM, "process_vm_readv": syscall.EPERM,
		"bpf": syscall.EPERM, "io_uring_setup": syscall.EPERM, "userfaultfd": syscall.EPERM, "keyctl": syscall.EPERM,
	}
	for name, n := range want {
		if g, ok := got[name]; !ok || g != n {
			t.Errorf("%s: %v, want %v", name, g, n)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d attempts, want %d", len(got), len(want))
	}
}

// An upgrade puts another file where the program of a running server lies: it goes on,
// also with the TypeScript that it runs itself for.
func TestReplacedProgram(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	program, err := os.ReadFile(self)
	if err != nil {
		t.Fatal(err)
	}
	for name, replace := range map[string]func(exe string) error{
		"deleted": os.Remove,
		"replaced": func(exe string) error {
			if err := os.WriteFile(exe+".new", []byte("#!/bin/false\n"), 0o755); err != nil {
				return err
			}
			return os.Rename(exe+".new", exe)
		},
	} {
		t.Run(name, func(t *testing.T) {
			exe := filepath.Join(t.TempDir(), "buntime")
			if err := os.WriteFile(exe, program, 0o755); err != nil {
				t.Fatal(err)
			}
			p := startExecutable(t, exe, t.TempDir(), []string{"BUNTIME_ROOT_KEY=" + testRootKey})
			if err := replace(exe); err != nil {
				t.Fatal(err)
			}
			status, res := p.call("POST", "/run", map[string]any{"code": "const x: number = 1; console.log(x)"})
			if status != 200 || res["stdout"] != "1\n" {
				t.Errorf("TypeScript: %d %v\n%s", status, res, p.logs)
			}
			p.end(syscall.SIGTERM)
		})
	}
}
