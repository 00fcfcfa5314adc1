package shell

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"unicode/utf8"
)

// fileKind is what file says of a file.
type fileKind struct{ text, mime, charset string }

// magics are the kinds told by their first bytes.
var magics = []struct {
	at    int
	magic string
	kind  fileKind
}{
	{0, "\x89PNG\r\n\x1a\n", fileKind{"PNG image data", "image/png", "binary"}},
	{0, "\xff\xd8\xff", fileKind{"JPEG image data", "image/jpeg", "binary"}},
	{0, "GIF87a", fileKind{"GIF image data, version 87a", "image/gif", "binary"}},
	{0, "GIF89a", fileKind{"GIF image data, version 89a", "image/gif", "binary"}},
	{8, "WEBP", fileKind{"RIFF (little-endian) data, Web/P image", "image/webp", "binary"}},
	{0, "%PDF-", fileKind{"PDF document", "application/pdf", "binary"}},
	{0, "\x1f\x8b", fileKind{"gzip compressed data", "application/gzip", "binary"}},
	{0, "PK\x03\x04", fileKind{"Zip archive data", "application/zip", "binary"}},
	{0, "BZh", fileKind{"bzip2 compressed data", "application/x-bzip2", "binary"}},
	{0, "\xfd7zXZ\x00", fileKind{"XZ compressed data", "application/x-xz", "binary"}},
	{0, "(\xb5/\xfd", fileKind{"Zstandard compressed data", "application/zstd", "binary"}},
	{257, "ustar\x0000", fileKind{"POSIX tar archive", "application/x-tar", "binary"}},
	{257, "ustar  \x00", fileKind{"POSIX tar archive (GNU)", "application/x-tar", "binary"}},
	{0, "SQLite format 3\x00", fileKind{"SQLite 3.x database", "application/vnd.sqlite3", "binary"}},
	{0, "\x00asm", fileKind{"WebAssembly (wasm) binary module", "application/wasm", "binary"}},
	{0, "\x7fELF", fileKind{"ELF", "application/x-executable", "binary"}},
}

// kindSample is how much of a file is looked at.
const kindSample = 64 << 10

func fileTool(t *tool) int {
	opts, names, bad := getopt(t.args, "bhiL", map[string]string{"brief": "b", "mime": "i", "mime-type": "", "mime-encoding": "", "dereference": "L", "no-dereference": "h"})
	if bad != "" {
		return t.usage(1, "%s", bad)
	}
	if len(names) == 0 {
		return t.usage(1, "missing operand")
	}
	brief, deref, show := false, false, ""
	for _, o := range opts {
		switch o.name {
		case "b":
			brief = true
		case "L":
			deref = true
		case "h":
			deref = false
		default:
			show = o.name
		}
	}
	for _, name := range names {
		k := t.kindOf(name, deref)
		text := k.text
		if k.mime != "" {
			switch show {
			case "i":
				text = k.mime + "; charset=" + k.charset
			case "mime-type":
				text = k.mime
			case "mime-encoding":
				text = k.charset
			}
		}
		if !brief {
			text = name + ": " + text
		}
		t.out.WriteString(text + "\n")
	}
	return t.code
}

func (t *tool) kindOf(name string, deref bool) fileKind {
	look := t.sh.lstat
	if deref {
		look = t.sh.stat
	}
	if name != "-" {
		info, err := look(name)
		if err != nil {
			return fileKind{text: "cannot open `" + name + "' (" + errText(err) + ")"}
		}
		switch mode := info.Mode(); {
		case mode.IsDir():
			return fileKind{"directory", "inode/directory", "binary"}
		case mode&fs.ModeSymlink != 0:
			to, _ := t.sh.sys.cfg.Files.Readlink(t.sh.abs(name))
			return fileKind{"symbolic link to " + to, "inode/symlink", "binary"}
		case mode&fs.ModeCharDevice != 0:
			return fileKind{"character special", "inode/chardevice", "binary"}
		case mode&fs.ModeSocket != 0:
			return fileKind{"socket", "inode/socket", "binary"}
		}
	}
	f, err := t.open(name)
	if err != nil {
		return fileKind{text: "cannot open `" + name + "' (" + errText(err) + ")"}
	}
	defer f.close()
	t.hold(2 * kindSample)
	defer t.unhold(2 * kindSample)
	buf := make([]byte, kindSample)
	n, _ := readFull(f, buf)
	t.sh.spend(int64(n) / 2)
	return kindOfBytes(buf[:n], n == kindSample)
}

// kindOfBytes tells the kind of a file by its beginning; cut: there is more.
func kindOfBytes(b []byte, cut bool) fileKind {
	if len(b) == 0 {
		return fileKind{"empty", "inode/x-empty", "binary"}
	}
	for _, m := range magics {
		if len(b) >= m.at && bytes.HasPrefix(b[m.at:], []byte(m.magic)) {
			return m.kind
		}
	}
	for end := len(b); cut && len(b) > end-utf8.UTFMax && !utf8.Valid(b); {
		b = b[:len(b)-1] // a character that the sample cuts
	}
	ascii := true
	for _, c := range b {
		if c < ' ' && (c < '\a' || c > '\r') && c != 0x1b || c == 0x7f {
			return fileKind{"data", "application/octet-stream", "binary"}
		}
		ascii = ascii && c < utf8.RuneSelf
	}
	k := fileKind{"ISO-8859 text", "text/plain", "iso-8859-1"}
	switch {
	case ascii:
		k = fileKind{"ASCII text", "text/plain", "us-ascii"}
	case utf8.Valid(b):
		k = fileKind{"Unicode text, UTF-8 text", "text/plain", "utf-8"}
	}
	first := bytes.TrimSpace(b)
	if !cut && len(first) > 0 && (first[0] == '{' || first[0] == '[') && json.Valid(first) {
		k.text, k.mime = "JSON text data", "application/json"
		return k
	}
	if line, _, _ := bytes.Cut(b, []byte("\n")); bytes.HasPrefix(line, []byte("#!")) {
		words := bytes.Fields(line[2:])
		program := ""
		if len(words) > 0 {
			program = baseName(string(words[0]))
			if program == "env" && len(words) > 1 {
				program = baseName(string(words[1]))
			}
		}
		switch program {
		case "sh", "dash":
			return fileKind{"POSIX shell script, " + k.text + " executable", "text/x-shellscript", k.charset}
		case "bash":
			return fileKind{"Bourne-Again shell script, " + k.text + " executable", "text/x-shellscript", k.charset}
		case "node":
			return fileKind{"Node.js script executable, " + k.text, "application/javascript", k.charset}
		}
	}
	switch {
	case bytes.Contains(b, []byte("\r\n")):
		k.text += ", with CRLF line terminators"
	case !bytes.Contains(b, []byte("\n")):
		k.text += ", with no line terminators"
	}
	return k
}
