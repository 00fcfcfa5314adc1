package storage

// FormatVersion is the version of the data format that this package writes. A
// directory of a newer version is refused (ErrFormat).
const FormatVersion = 1

// MasterKeySize is the size of a master key.
const MasterKeySize = 32

// ParseMasterKey decodes a master key from its text form: 64 hexadecimal
// digits or 32 bytes in base64 (standard or URL alphabet, padded or not).
// White space around it is ignored. Its errors do not quote the text.
func ParseMasterKey(text string) ([]byte, error) { panic("unbuilt") }

// RotateMaster makes newKey the master key of the data in dir, which no process
// may have open: it rewraps every data key under a new wrapping key and
// rewrites Badger's key registry. After a crash either the old key opens the
// directory as before, or the new one does and finishes the work; calling it
// again is safe. Content is not re-encrypted, so an old key with an old copy
// of the directory still opens what was in that copy.
//
// Errors: ErrLocked, ErrWrongKey, ErrFormat, ErrCorrupt.
func RotateMaster(dir string, oldKey, newKey []byte) error { panic("unbuilt") }

// RotateKeyFile is RotateMaster with a fresh random key for a directory whose
// master key is in a file (default: "master.key" in dir). The new key is
// written beside it first and replaces it at the end; Open finishes the
// replacement after a crash.
func RotateKeyFile(dir, keyFile string) error { panic("unbuilt") }
