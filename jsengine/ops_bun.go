package jsengine

import (
	"bytes"
	"context"
	"crypto/sha512"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"math/big"
	"strconv"
	"strings"

	"github.com/buntime/buntime/jsengine/fasthash"
	"github.com/buntime/buntime/jsengine/passhash"
	"github.com/buntime/buntime/jsengine/textdata"
)

// bunOps are the operations behind Bun's own functions.
func bunOps() []Op {
	ops := []Op{
		// bun.hash (name, data, seed as a bigint) → number, or bigint of 64 bits.
		{Name: "bun.hash", Sync: func(c *Call) (any, error) {
			name, err := c.String(0, "name")
			if err != nil {
				return nil, err
			}
			h, ok := fasthash.Named[name]
			if !ok {
				return nil, ArgError("name", "the name of a hash")
			}
			data, err := c.Data(1, "data")
			if err != nil {
				return nil, err
			}
			seed, ok := c.arg(2).(*big.Int)
			if !ok || !seed.IsUint64() {
				return nil, ArgError("seed", "a bigint of 64 bits")
			}
			chargeHash(c, len(data))
			sum := h.Sum(data, seed.Uint64(), c.Process.in.Checkpoint)
			if h.Bits == 32 {
				return float64(sum), nil
			}
			return new(big.Int).SetUint64(sum), nil
		}},
	}
	for _, format := range []string{"toml", "yaml"} {
		// bun.toml and bun.yaml (text) → what the library makes the value of.
		ops = append(ops, Op{Name: "bun." + format, Sync: func(c *Call) (any, error) {
			text, err := c.Data(0, "input")
			if err != nil {
				return nil, err
			}
			v, err := c.Process.readData(format, text)
			if err != nil {
				return nil, err
			}
			return v.Wire(), nil
		}})
	}
	// bun.transpile (source, language, options of a tsconfig.json as JSON) → JavaScript.
	ops = append(ops,
		Op{Name: "bun.transpile", Sync: func(c *Call) (out any, err error) {
			req, err := c.transpile()
			if err != nil {
				return nil, err
			}
			c.Process.Charge(transformCost(len(req.Source)))
			c.Process.Block(func() { out, err = c.Process.transpiled(c.Process.ctx, req) })
			return out, err
		}},
		Op{Name: "bun.transpileAsync", Async: func(ctx context.Context, c *Call) (any, error) {
			req, err := c.transpile()
			if err != nil {
				return nil, err
			}
			if !(work{p: c.Process, async: ctx}).pay(transformCost(len(req.Source))) {
				return nil, errStopped
			}
			return c.Process.transpiled(ctx, req)
		}})
	// bun.passwordHash (password, algorithm, cost or passes, KiB) → text.
	ops = append(ops, workOps("bun.passwordHash", func(w work, c *Call) (any, error) {
		password, err := c.Data(0, "password")
		if err != nil {
			return nil, err
		}
		algorithm, err := c.String(1, "algorithm")
		if err != nil {
			return nil, err
		}
		cost, err := c.Int(2, "cost")
		if err != nil {
			return nil, err
		}
		memory, err := c.Int(3, "memory")
		if err != nil {
			return nil, err
		}
		if algorithm == "bcrypt" {
			salt := make([]byte, passhash.BcryptSalt)
			c.Process.state.random(salt)
			if cost < passhash.MinCost || cost > passhash.MaxCost {
				return nil, rangeError("cost", ">= 4 && <= 31")
			}
			return bcrypt(w, password, salt, int(cost))
		}
		kind, ok := argonKinds[algorithm]
		if !ok {
			return nil, ArgError("algorithm", "the name of an algorithm")
		}
		a := argonHash{kind: kind, memory: memory, passes: cost, lanes: 1, salt: make([]byte, 32)}
		c.Process.state.random(a.salt)
		sum, err := a.sum(w, password, 32)
		if err != nil {
			return nil, err
		}
		b64 := base64.RawStdEncoding
		return fmt.Sprintf("$%s$v=19$m=%d,t=%d,p=1$%s$%s", algorithm, memory, cost, b64.EncodeToString(a.salt), b64.EncodeToString(sum)), nil
	})...)
	// bun.passwordVerify (password, hash) → boolean.
	return append(ops, workOps("bun.passwordVerify", func(w work, c *Call) (any, error) {
		password, err := c.Data(0, "password")
		if err != nil {
			return nil, err
		}
		text, err := c.String(1, "hash")
		if err != nil {
			return nil, err
		}
		return verifyPassword(w, password, text)
	})...)
}

// transpile is what a call of bun.transpile asks for.
func (c *Call) transpile() (req TransformRequest, err error) {
	if req.Source, err = c.Data(0, "code"); err != nil {
		return req, err
	}
	if req.Loader, err = c.String(1, "loader"); err != nil {
		return req, err
	}
	switch req.Loader {
	case "js", "jsx", "ts", "tsx":
	default:
		return req, ArgError("loader", "js, jsx, ts or tsx")
	}
	req.Compiler, err = c.String(2, "options")
	req.Path, req.Scope = "input."+req.Loader, c.Process.program.Scope
	return req, err
}

func (p *Process) transpiled(ctx context.Context, req TransformRequest) (any, error) {
	t := p.engine.cfg.Transformer
	if t == nil {
		return nil, ErrNoTransformer
	}
	r, err := t.Transform(ctx, req)
	if err != nil {
		return nil, err
	}
	return string(r.Code), nil
}

const (
	// dataFuel is the fuel of reading a byte of TOML or YAML.
	dataFuel = 32
	// dataBytes is what the host holds for one meanwhile.
	dataBytes = 128
)

// readData reads a text of TOML or YAML, in turns of its own if it is long.
func (p *Process) readData(format string, text []byte) (v *textdata.Value, err error) {
	n := int64(min(len(text), textdata.MaxText))
	p.Charge(n*dataFuel + hashBase)
	if p.holding.Charge(n*dataBytes) != nil {
		return nil, errNoRoom
	}
	defer func() { _ = p.holding.Charge(-n * dataBytes) }()
	read := textdata.TOML
	if format == "yaml" {
		read = textdata.YAML
	}
	p.long(len(text), func() { v, err = read(text, func() bool { return p.ctx.Err() == nil }) })
	var e *textdata.Error
	switch {
	case errors.As(err, &e):
		return nil, &JSError{Name: "SyntaxError", Message: e.Message}
	case errors.Is(err, textdata.ErrStopped):
		return nil, errStopped
	}
	return v, err
}

var argonKinds = map[string]passhash.Kind{"argon2d": passhash.Argon2d, "argon2i": passhash.Argon2i, "argon2id": passhash.Argon2id}

// maxPasswordHash bounds the text of a hash, in bytes; those that Bun makes have 118.
const maxPasswordHash = 256

// passwordError is Bun's error for a hash that is none.
func passwordError(code, name string) error {
	return &JSError{Code: "PASSWORD_" + code, Message: "Password verification failed with error \"" + name + "\""}
}

var errPasswordEncoding = passwordError("INVALID_ENCODING", "InvalidEncoding")

func verifyPassword(w work, password []byte, text string) (any, error) {
	if len(text) > maxPasswordHash {
		return nil, errPasswordEncoding
	}
	if strings.HasPrefix(text, "$2") {
		// $2b$NN$ and 53 characters: the salt, and the hash.
		parts := strings.SplitN(text, "$", 4)
		if len(text) != 60 || len(parts) != 4 || len(parts[3]) != 53 {
			return nil, errPasswordEncoding
		}
		cost, err := strconv.Atoi(parts[2])
		salt, err2 := passhash.Radix64.DecodeString(parts[3][:22])
		if err != nil || err2 != nil || cost < passhash.MinCost || cost > passhash.MaxCost {
			return nil, errPasswordEncoding
		}
		got, err := bcrypt(w, password, salt, cost)
		if err != nil {
			return nil, err
		}
		return subtle.ConstantTimeCompare([]byte(got[len(got)-31:]), []byte(text[len(text)-31:])) == 1, nil
	}
	parts := strings.Split(text, "$")
	if len(parts) < 2 || parts[0] != "" {
		return nil, passwordError("UNSUPPORTED_ALGORITHM", "UnsupportedAlgorithm")
	}
	kind, ok := argonKinds[parts[1]]
	if !ok {
		return nil, passwordError("UNSUPPORTED_ALGORITHM", "UnsupportedAlgorithm")
	}
	a := argonHash{kind: kind}
	if len(parts) != 6 || parts[2] != "v=19" {
		return nil, errPasswordEncoding
	}
	if n, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &a.memory, &a.passes, &a.lanes); n != 3 || err != nil {
		return nil, errPasswordEncoding
	}
	salt, err := base64.RawStdEncoding.DecodeString(parts[4])
	want, err2 := base64.RawStdEncoding.DecodeString(parts[5])
	if err != nil || err2 != nil || len(want) < 4 {
		return nil, errPasswordEncoding
	}
	if a.lanes < 1 || a.lanes > 255 || a.passes < 1 || a.memory < 8*a.lanes {
		return nil, passwordError("WEAK_PARAMETERS", "WeakParameters")
	}
	a.salt = salt
	got, err := a.sum(w, password, len(want))
	if err != nil {
		return nil, err
	}
	return subtle.ConstantTimeCompare(got, want) == 1, nil
}

// bcrypt is Bun's: of a password that is longer than bcrypt takes, its SHA-512 is hashed.
func bcrypt(w work, password, salt []byte, cost int) (string, error) {
	if len(password) > 72 {
		if !w.pay(hashBase + int64(len(password))>>hashShift) {
			return "", errStopped
		}
		sum := sha512.Sum512(password)
		password = sum[:]
	}
	text, err := passhash.Bcrypt(bytes.Clone(password), salt, cost, w.pay)
	return text, stopped(err)
}

type argonHash struct {
	kind                  passhash.Kind
	memory, passes, lanes int64 // memory in KiB
	salt                  []byte
}

// sum is the hash of n bytes. The memory it takes is in the program's budget, and no more than the guest may have itself.
func (a argonHash) sum(w work, password []byte, n int) ([]byte, error) {
	if limit := w.p.program.Limits.Memory; a.memory > limit>>10 {
		return nil, &JSError{Name: "RangeError", Code: "ERR_OUT_OF_RANGE", Message: fmt.Sprintf("Argon2 with a memory cost of %d KiB takes more memory than the %d KiB of this sandbox", a.memory, limit>>10)}
	}
	if a.passes > 1<<32-1 || a.passes < 1 || a.memory < 8 {
		return nil, rangeError("timeCost", ">= 1 && <= 4294967295")
	}
	if w.p.holding.Charge(a.memory<<10) != nil {
		return nil, errNoRoom
	}
	defer func() { _ = w.p.holding.Charge(-a.memory << 10) }()
	if !w.pay(hashBase + int64(len(password))>>hashShift) {
		return nil, errStopped
	}
	sum, err := passhash.Argon2(a.kind, password, a.salt, uint32(a.passes), uint32(a.memory), uint8(a.lanes), n, w.pay)
	return sum, stopped(err)
}

func stopped(err error) error {
	if errors.Is(err, passhash.ErrStopped) {
		return errStopped
	}
	return err
}
