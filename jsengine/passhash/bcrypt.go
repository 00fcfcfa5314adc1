package passhash

import (
	"encoding/base64"
	"errors"
	"fmt"

	//lint:ignore SA1019 it is what bcrypt is made of
	"golang.org/x/crypto/blowfish"
)

const (
	// expandFuel is the units of one of bcrypt's 2^cost rounds.
	expandFuel = 6000
	// expandPiece is how many of them are one piece.
	expandPiece = 8
	// MinCost and MaxCost bound bcrypt's cost.
	MinCost = 4
	MaxCost = 31
	// BcryptSalt is the length of its salt.
	BcryptSalt = 16
	// bcryptKey is how much of a password counts.
	bcryptKey = 72
)

// Radix64 is bcrypt's own encoding.
var Radix64 = base64.NewEncoding("./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789").WithPadding(base64.NoPadding)

// Bcrypt is the hash in its modular form, of version 2b. Of a password 72 bytes count.
func Bcrypt(password, salt []byte, cost int, pay Pay) (string, error) {
	if cost < MinCost || cost > MaxCost || len(salt) != BcryptSalt {
		return "", errors.New("passhash: parameters out of range")
	}
	key := make([]byte, 0, bcryptKey+1)
	key = append(append(key, password[:min(len(password), bcryptKey)]...), 0)
	if !pay(expandFuel) {
		return "", ErrStopped
	}
	c, err := blowfish.NewSaltedCipher(key, salt)
	if err != nil {
		return "", err
	}
	for i := range uint64(1) << cost {
		if i%expandPiece == 0 && !pay(expandFuel*expandPiece) {
			return "", ErrStopped
		}
		blowfish.ExpandKey(key, c)
		blowfish.ExpandKey(salt, c)
	}
	sum := []byte("OrpheanBeholderScryDoubt")
	for at := 0; at < len(sum); at += blowfish.BlockSize {
		for range 64 {
			c.Encrypt(sum[at:], sum[at:])
		}
	}
	return fmt.Sprintf("$2b$%02d$%s%s", cost, Radix64.EncodeToString(salt), Radix64.EncodeToString(sum[:23])), nil
}
