package storage

import (
	"encoding/binary"
	"time"
)

// First bytes of Badger's keys. A session's id in a key ends with a zero byte.
const (
	preSession = 's' // id → session record
	preTenant  = 'n' // tenant tag → tenant record
	preOrder   = 'o' // tenant tag or zeros, created ms, id → nothing
	preExpiry  = 'x' // expires ms, id → nothing
	preHead    = 'h' // id 0 → head of the workspace's log
	preBase    = 'b' // id 0 generation chunk → whole file table
	preDelta   = 'd' // id 0 generation chunk → changes of one commit
	preContent = 'c' // id 0 content id, chunk → content
	preRecord  = 'r' // tenant tag, record tag → header of an idempotency record
	preBody    = 'R' // tenant tag, record tag, set, chunk → its bytes
	preLink    = 'l' // id 0 tenant tag, record tag → nothing: records sealed by a session
	preAPIKey  = 'a' // key id → API key
	preSetting = 'm' // name → setting
	preTodo    = 'q' // id 0 and what is left to do
	preUse     = 'u' // id 0 → parcels that the last commit refers to

	preParcel        = 'p' // tenant tag or zeros, name tag → header of a parcel
	preParcelContent = 'P' // content id, chunk → its bytes

	preReady = 'y' // → nothing: written to see that writing works
)

// Sorts of work left to do, after a todo key's session id.
const (
	todoErase   = 'e' // destroy the key, if the session is still there, then its records
	todoSweep   = 's' // delete content and tables that no commit refers to
	todoGarbage = 'g' // then generation → ranges to delete
)

// sessionKey starts a key of one session's.
func sessionKey(prefix byte, id string) []byte {
	k := make([]byte, 0, 1+len(id)+1+24)
	k = append(k, prefix)
	k = append(k, id...)
	return append(k, 0)
}

func recordKeyOf(id string) []byte { return append([]byte{preSession}, id...) }

func expiryKey(at int64, id string) []byte {
	k := binary.BigEndian.AppendUint64([]byte{preExpiry}, uint64(at))
	return append(k, id...)
}

func orderKey(tenant tag, created int64, id string) []byte {
	k := append([]byte{preOrder}, tenant[:]...)
	k = binary.BigEndian.AppendUint64(k, uint64(created))
	return append(k, id...)
}

func genKey(prefix byte, id string, gen uint64) []byte {
	return binary.BigEndian.AppendUint64(sessionKey(prefix, id), gen)
}

func chunkKey(base []byte, chunk uint32) []byte {
	return binary.BigEndian.AppendUint32(base[:len(base):len(base)], chunk)
}

func contentKey(id string, c contentID) []byte {
	return append(sessionKey(preContent, id), c[:]...)
}

// milliCeil is t in Unix milliseconds, rounded up and not below 0, so that
// nothing expires early.
func milliCeil(t time.Time) int64 {
	ms := t.UnixMilli()
	if t.After(time.UnixMilli(ms)) {
		ms++
	}
	return max(ms, 0)
}

// prefixEnd returns the first key after all keys with a prefix, which must not
// be all 0xff.
func prefixEnd(prefix []byte) []byte {
	end := append([]byte{}, prefix...)
	for i := len(end) - 1; ; i-- {
		if end[i]++; end[i] != 0 {
			return end[:i+1]
		}
	}
}

// validID reports whether an id may stand in a key: 1 to 64 of [A-Za-z0-9_-].
func validID(id string) bool {
	if len(id) == 0 || len(id) > 64 {
		return false
	}
	for i := range len(id) {
		switch c := id[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '_', c == '-':
		default:
			return false
		}
	}
	return true
}
