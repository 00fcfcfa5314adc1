package npm

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Bounds of an archive. They are above every package that is in use, and below
// what hurts.
const (
	maxArchive   = 96 << 20  // bytes, compressed
	maxUnpacked  = 384 << 20 // bytes of all files
	maxFiles     = 50_000    // files and folders
	maxManifest  = 2 << 20   // bytes of a package.json
	maxFilePath  = 1024      // bytes
	maxFileDepth = 64
	maxPart      = 255       // bytes of one name in a path
	maxForeign   = 512 << 10 // bytes of all names in paths that are not ASCII: comparing those is slow
	maxHeaders   = 128 << 20 // bytes, uncompressed, beside the files
	nameCost     = 256       // what a name holds, beside its bytes

	// Beyond freeRatio bytes, what it unpacks to, headers included, may be maxRatio times
	// the archive.
	freeRatio = 16 << 20
	maxRatio  = 200

	// headerRoom is how much of an archive may lie between two files: the headers
	// of one, long names and pax records among them.
	headerRoom = 2 << 20
)

// File is one file of a package.
type File struct {
	Path       string // relative to the package, canonical
	Size       int64  // bytes
	Offset     int64  // in the package's content
	Executable bool
}

// archive is an unpacked package.
type archive struct {
	files    []File // by path
	content  []byte // of all files; its capacity is charged
	manifest *manifest
}

// unpack reads a package's archive, which has been checked against its
// integrity. Nothing of it is trusted all the same. Charge is told what it holds
// before it does; the caller gives back the capacity of content. Errors: EARCHIVE,
// ELIMIT, EMISMATCH (no package.json), those of charge, or one wrapping ctx's.
func unpack(ctx context.Context, data []byte, charge func(delta int64) error) (_ *archive, err error) {
	if len(data) > maxArchive {
		return nil, fail("ELIMIT", "", "its archive is larger than %d bytes", maxArchive)
	}
	src := bytes.NewReader(data)
	zip, err := gzip.NewReader(src)
	if err != nil {
		return nil, fail("EARCHIVE", "", "its archive is not compressed with gzip")
	}
	// A second member would be a second archive, that some readers see and some do
	// not.
	zip.Multistream(false)
	limit := int64(freeRatio + maxRatio*len(data))
	u := &unpacker{ctx: ctx, limit: min(limit, maxUnpacked), charge: charge, at: map[string]int{}}
	u.src = &meter{r: zip, all: min(limit, maxUnpacked+maxHeaders)}
	defer func() {
		held := u.held
		if err != nil {
			held += int64(cap(u.out.content))
		}
		_ = charge(-held)
	}()
	if err := u.read(); err != nil {
		return nil, err
	}
	rest, _ := io.ReadAll(src) // of memory: no error
	if strings.Trim(string(rest), "\x00") != "" {
		return nil, fail("EARCHIVE", "", "its archive goes on after its end")
	}
	return u.finish()
}

// meter bounds what is read of an archive, until left is set anew and in all.
type meter struct {
	r         io.Reader
	left, all int64
}

var (
	errMeter = errors.New("npm: over the bound")
	errAll   = errors.New("npm: over the bound of the whole")
)

func (m *meter) Read(p []byte) (int, error) {
	switch {
	case m.all <= 0:
		return 0, errAll
	case m.left <= 0:
		return 0, errMeter
	}
	n, err := m.r.Read(p[:min(int64(len(p)), m.left, m.all)])
	m.left -= int64(n)
	m.all -= int64(n)
	return n, err
}

type unpacker struct {
	ctx     context.Context
	src     *meter
	limit   int64
	charge  func(delta int64) error
	held    int64 // charged, beside out.content
	out     archive
	root    folder
	names   int            // below root
	foreign int            // bytes of those that are not ASCII
	at      map[string]int // of files: where in out.files
	found   bool           // package.json
}

// folder is a file or a folder of an archive.
type folder struct {
	name string
	dir  bool
	kids map[string]*folder // by name
	same map[string]*folder // by name as who ignores case sees it
}

// hold charges for n bytes until all is unpacked.
func (u *unpacker) hold(n int) error {
	if err := u.charge(int64(n)); err != nil {
		return err
	}
	u.held += int64(n)
	return nil
}

// grow makes room for n bytes more of content, which is charged before it is there.
func (u *unpacker) grow(n int) error {
	old := u.out.content
	need := len(old) + n
	if need <= cap(old) {
		return nil
	}
	// Twice as much, but of much a quarter more: both are there while one is copied.
	room := max(need, min(2*cap(old), cap(old)+max(cap(old)/4, 1<<20)))
	if err := u.charge(int64(room)); err != nil {
		return err
	}
	u.out.content = append(make([]byte, 0, room), old...)
	_ = u.charge(-int64(cap(old)))
	return nil
}

// copy adds what r has to content, and returns how much that is.
func (u *unpacker) copy(r io.Reader) (n int64, err error) {
	for {
		if err := u.ctx.Err(); err != nil {
			return n, err
		}
		if err := u.grow(64 << 10); err != nil {
			return n, err
		}
		have := u.out.content
		got, err := r.Read(have[len(have) : len(have)+64<<10])
		u.out.content = have[:len(have)+got]
		n += int64(got)
		if err == io.EOF {
			return n, nil
		} else if err != nil {
			return n, broken(err)
		}
	}
}

func broken(err error) error {
	switch {
	case errors.Is(err, errAll):
		return fail("ELIMIT", "", "its archive unpacks to more than %d times its size, or to headers of more than %d bytes", maxRatio, maxHeaders)
	case errors.Is(err, errMeter), errors.Is(err, tar.ErrFieldTooLong):
		return fail("ELIMIT", "", "its archive has headers of more than %d bytes", headerRoom)
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return fail("EARCHIVE", "", "its archive ends early")
	case errors.Is(err, gzip.ErrChecksum), errors.Is(err, gzip.ErrHeader):
		return fail("EARCHIVE", "", "its archive is damaged: gzip")
	}
	return fail("EARCHIVE", "", "its archive is damaged")
}

func (u *unpacker) read() error {
	r := tar.NewReader(u.src)
	for n := 0; ; n++ {
		if err := u.ctx.Err(); err != nil {
			return err
		}
		u.src.left = headerRoom
		h, err := r.Next()
		if err == io.EOF {
			break
		} else if err != nil {
			return broken(err)
		}
		if n >= maxFiles {
			return fail("ELIMIT", "", "its archive has more than %d entries", maxFiles)
		}
		if err := u.entry(h, r); err != nil {
			return err
		}
	}
	// What follows the end must be padding.
	u.src.left = headerRoom
	rest, err := io.ReadAll(u.src)
	if err != nil {
		return broken(err)
	}
	if strings.Trim(string(rest), "\x00") != "" {
		return fail("EARCHIVE", "", "its archive goes on after its end")
	}
	return nil
}

func (u *unpacker) entry(h *tar.Header, r io.Reader) error {
	bad := func(format string, args ...any) error {
		return fail("EARCHIVE", "", "its archive has %q, %s", cut(h.Name, 100), fmt.Sprintf(format, args...))
	}
	for key := range h.PAXRecords {
		if strings.HasPrefix(key, "GNU.sparse.") {
			return bad("a sparse file")
		}
	}
	folder := false
	switch h.Typeflag {
	case tar.TypeReg:
	case tar.TypeDir:
		folder = true
	case tar.TypeXGlobalHeader: // a comment of git's
		return nil
	case tar.TypeSymlink, tar.TypeLink:
		return bad("a link: packages have none")
	case tar.TypeGNUSparse:
		return bad("a sparse file")
	default:
		return bad("which is neither a file nor a folder")
	}
	name, why := entryPath(h.Name)
	switch {
	case why != "":
		return bad("%s", why)
	case name == "" && folder:
		return nil
	case name == "":
		return bad("which is no file in a folder")
	}
	if err := u.hold(nameCost + len(name)); err != nil {
		return err
	}
	why, err := u.claim(name, folder)
	switch {
	case err != nil:
		return err
	case why != "":
		return bad("%s", why)
	}
	if folder {
		return nil
	}
	used := int64(len(u.out.content))
	switch {
	case h.Size < 0:
		return bad("of a negative size")
	case h.Size > u.limit-used:
		return fail("ELIMIT", "", "its archive unpacks to more than %d bytes", u.limit)
	case name == "package.json" && h.Size > maxManifest:
		return fail("ELIMIT", "", "its package.json is larger than %d bytes", maxManifest)
	}
	u.src.left = h.Size + headerRoom
	if n, err := u.copy(r); err != nil {
		return err
	} else if n != h.Size {
		return bad("of another size than it says")
	}
	if i, twice := u.at[name]; twice {
		// Some published archives have a file twice; who reads it must not see another than the next does.
		if f := u.out.files[i]; !bytes.Equal(u.out.content[f.Offset:f.Offset+f.Size], u.out.content[used:]) {
			return bad("which is there twice, with other contents")
		}
		u.out.content = u.out.content[:used]
		return nil
	}
	u.at[name] = len(u.out.files)
	u.out.files = append(u.out.files, File{Path: name, Size: h.Size, Offset: used, Executable: h.Mode&0o111 != 0})
	if name == "package.json" {
		u.found = true
		if u.out.manifest, err = parseManifest(u.out.content[used:]); err != nil {
			return fail("EMISMATCH", "", "its package.json cannot be read: %s", err)
		}
	}
	return nil
}

// entryPath returns an entry's path without the folder that all are in, or why
// it is refused.
func entryPath(name string) (path, why string) {
	switch {
	case !utf8.ValidString(name):
		return "", "whose name is not UTF-8"
	case len(name) > maxFilePath:
		return "", fmt.Sprintf("whose name is longer than %d bytes", maxFilePath)
	case strings.HasPrefix(name, "/"):
		return "", "whose name is absolute"
	case strings.Contains(name, `\`):
		return "", "whose name has a backslash"
	case strings.ContainsFunc(name, unicode.IsControl):
		return "", "whose name has a control character"
	}
	var parts []string
	for part := range strings.SplitSeq(name, "/") {
		switch {
		case part == "" || part == ".":
			continue
		case part == "..":
			return "", "which leads out of the package"
		case len(part) > maxPart:
			return "", fmt.Sprintf("which has a name longer than %d bytes", maxPart)
		case len(part) == 2 && part[1] == ':':
			return "", "which is on a drive"
		case part == ".bin" && len(parts) > 0 && parts[len(parts)-1] == "node_modules":
			return "", "which is where commands are"
		}
		parts = append(parts, part)
	}
	if len(parts) < 2 {
		return "", ""
	}
	if len(parts) > maxFileDepth {
		return "", fmt.Sprintf("which is deeper than %d", maxFileDepth)
	}
	return strings.Join(parts[1:], "/"), ""
}

// claim takes a name and those of the folders it is in, or says why they are
// taken. Errors: ELIMIT, those of charge.
func (u *unpacker) claim(name string, dir bool) (why string, err error) {
	at := &u.root
	for rest := name; rest != ""; {
		part, tail, more := strings.Cut(rest, "/")
		isDir := dir || more
		kid := at.kids[part]
		if kid == nil {
			// What is known is not folded anew: there may be sixty folders above each file.
			if u.foreign += foreign(part); u.foreign > maxForeign {
				return "", fail("ELIMIT", "", "its archive has more than %d bytes of names that are not ASCII", maxForeign)
			}
			key := folded(part)
			if old := at.same[key]; old != nil {
				return fmt.Sprintf("which differs from one with %q in case or Unicode form alone", cut(old.name, 100)), nil
			}
			if u.names++; u.names > 2*maxFiles {
				return "one folder too many", nil
			}
			if err := u.hold(nameCost + len(key)); err != nil {
				return "", err
			}
			kid = &folder{name: part, dir: isDir}
			if at.kids == nil {
				at.kids, at.same = map[string]*folder{}, map[string]*folder{}
			}
			at.kids[part], at.same[key] = kid, kid
		}
		if kid.dir != isDir {
			return "which is a file and a folder", nil
		}
		at, rest = kid, tail
	}
	return "", nil
}

// foreign is the length of a name if it is not ASCII, else 0.
func foreign(name string) int {
	for i := range len(name) {
		if name[i] >= utf8.RuneSelf {
			return len(name)
		}
	}
	return 0
}

// folded is a name as file systems see it that ignore case and the form of
// Unicode.
func folded(p string) string {
	if foreign(p) > 0 {
		return norm.NFC.String(cases.Fold().String(norm.NFKC.String(p)))
	}
	return strings.ToLower(p)
}

func (u *unpacker) finish() (*archive, error) {
	if !u.found {
		return nil, fail("EMISMATCH", "", "its archive has no package.json")
	}
	slices.SortFunc(u.out.files, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	return &u.out, nil
}

// Package is an unpacked package as a Store has it.
type Package struct {
	Name    string // as its package.json has it
	Version string
	License string
	Scripts bool              // it has lifecycle scripts, which are not run
	Bin     map[string]string // commands and their files
	Files   []File            // by path
	Content io.ReaderAt       // of all files
	Ref     any               // what the store knows it by
}

// packageMeta is what a store keeps of a Package beside its content.
type packageMeta struct {
	Name    string            `json:"name"`
	Version string            `json:"version"`
	License string            `json:"license,omitempty"`
	Scripts bool              `json:"scripts,omitempty"`
	Bin     map[string]string `json:"bin,omitempty"`
}

// metaVersion is the form of what marshal writes.
const metaVersion = 1

// Marshal returns what describes a package, for a Store to keep beside its
// content.
func (p *Package) Marshal() ([]byte, error) {
	head, err := json.Marshal(packageMeta{p.Name, p.Version, p.License, p.Scripts, p.Bin})
	if err != nil {
		return nil, err
	}
	b := []byte{metaVersion}
	b = append(binary.AppendUvarint(b, uint64(len(head))), head...)
	for _, f := range p.Files {
		b = append(binary.AppendUvarint(b, uint64(len(f.Path))), f.Path...)
		b = binary.AppendUvarint(b, uint64(f.Size))
		b = binary.AppendUvarint(b, uint64(f.Offset))
		mode := byte(0)
		if f.Executable {
			mode = 1
		}
		b = append(b, mode)
	}
	return b, nil
}

// UnmarshalPackage returns what Marshal described. The caller fills in Content
// and Ref.
func UnmarshalPackage(b []byte) (*Package, error) {
	errMeta := errors.New("npm: a stored package cannot be read")
	if len(b) == 0 || b[0] != metaVersion {
		return nil, errMeta
	}
	rest, bad := b[1:], false
	number := func() int64 {
		v, n := binary.Uvarint(rest)
		if n <= 0 || v > maxUnpacked {
			bad = true
			return 0
		}
		rest = rest[n:]
		return int64(v)
	}
	take := func(n int64) []byte {
		if bad || n > int64(len(rest)) {
			bad = true
			return nil
		}
		v := rest[:n]
		rest = rest[n:]
		return v
	}
	var head packageMeta
	if err := json.Unmarshal(take(number()), &head); bad || err != nil {
		return nil, errMeta
	}
	p := &Package{Name: head.Name, Version: head.Version, License: head.License, Scripts: head.Scripts, Bin: head.Bin}
	for len(rest) > 0 && !bad {
		f := File{Path: string(take(number())), Size: number(), Offset: number()}
		mode := take(1)
		if bad {
			break
		}
		f.Executable = mode[0] == 1
		p.Files = append(p.Files, f)
	}
	if bad {
		return nil, errMeta
	}
	return p, nil
}

// File returns a file of the package, by its path.
func (p *Package) File(path string) (File, bool) {
	i, ok := slices.BinarySearchFunc(p.Files, path, func(f File, path string) int { return strings.Compare(f.Path, path) })
	if !ok {
		return File{}, false
	}
	return p.Files[i], true
}

// asPackage makes a Package of an unpacked archive.
func (a *archive) asPackage() *Package {
	m := a.manifest
	return &Package{
		Name: m.Name, Version: m.Version, License: m.license(), Scripts: m.hasInstallScript() || a.has("binding.gyp"),
		Bin: m.bin(), Files: a.files, Content: bytes.NewReader(a.content),
	}
}

func (a *archive) has(path string) bool {
	return slices.ContainsFunc(a.files, func(f File) bool { return f.Path == path })
}
