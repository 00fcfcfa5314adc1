package resolve

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
)

//go:embed lexer.go
var lexerSource string

//go:embed scan.go
var scanSource string

//go:embed syntax.go
var syntaxSource string

// ScanVersion tells what Scan and CommonJSExports of this build find from what
// another build's did: it is the hash of how they do it.
var ScanVersion = scanVersion()

func scanVersion() string {
	sum := sha256.Sum256([]byte(lexerSource + scanSource + syntaxSource))
	return hex.EncodeToString(sum[:8])
}
