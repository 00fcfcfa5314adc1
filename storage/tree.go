package storage

import (
	"slices"
	"sort"
	"strings"
)

// node is an entry with where its content is. Nodes are immutable.
type node struct {
	Entry
	content contentID // if Size > 0: the session's own, or a parcel
	gen     uint64    // of the commit that wrote the content; in a parcel, where it begins
	share   share     // whose parcel; shareNone: the session's own content
}

// contentID names one file content within a session, or a parcel. It is random.
type contentID [16]byte

// tree is a persistent sorted map from paths to nodes: slices of at most
// maxLeaf nodes in a slice. A change copies the slice of slices and the leaves
// it touches (a few KiB for 100,000 entries), so that every commit has a
// snapshot of its own at the price of what it changed.
type tree struct {
	leaves [][]*node // none empty
	count  int
}

const maxLeaf = 256

// position is where path is or would be; leaf 0 in an empty tree.
func (t *tree) position(path string) (leaf, i int, found bool) {
	leaf = sort.Search(len(t.leaves), func(i int) bool { return t.leaves[i][0].Path > path }) - 1
	if leaf < 0 {
		return 0, 0, false
	}
	i, found = slices.BinarySearchFunc(t.leaves[leaf], path, func(n *node, p string) int { return strings.Compare(n.Path, p) })
	return leaf, i, found
}

func (t *tree) get(path string) *node {
	leaf, i, found := t.position(path)
	if !found {
		return nil
	}
	return t.leaves[leaf][i]
}

// from yields the nodes at or after path in order.
func (t *tree) from(path string, yield func(*node) bool) {
	leaf, i, _ := t.position(path)
	for ; leaf < len(t.leaves); leaf, i = leaf+1, 0 {
		for _, n := range t.leaves[leaf][i:] {
			if !yield(n) {
				return
			}
		}
	}
}

// children yields the nodes directly in a directory ("" is the root) in order,
// at a price of their number.
func (t *tree) children(dir string, yield func(*node) bool) {
	prefix := dir
	if prefix != "" {
		prefix += "/"
	}
	for seek, more := prefix, true; more; {
		more = false
		t.from(seek, func(n *node) bool {
			if !strings.HasPrefix(n.Path, prefix) {
				return false
			}
			slash := strings.IndexByte(n.Path[len(prefix):], '/')
			if slash < 0 {
				return yield(n)
			}
			// Below a child: go on after all that is below it. '0' follows '/'.
			seek, more = n.Path[:len(prefix)+slash]+"0", true
			return false
		})
	}
}

// edit starts a changed copy of the tree.
func (t *tree) edit() *edit {
	return &edit{
		tree: tree{leaves: slices.Clone(t.leaves), count: t.count},
		own:  make([]bool, len(t.leaves)),
	}
}

// edit is a tree in the making. It shares leaves with the tree it started from
// until it changes them.
type edit struct {
	tree
	own []bool // by leaf: ours alone
}

// writable returns a leaf that may be changed.
func (e *edit) writable(leaf int) []*node {
	if !e.own[leaf] {
		e.leaves[leaf] = slices.Clone(e.leaves[leaf])
		e.own[leaf] = true
	}
	return e.leaves[leaf]
}

// put adds or replaces a node and returns the one it replaced.
func (e *edit) put(n *node) (old *node) {
	if len(e.leaves) == 0 {
		e.leaves, e.own = [][]*node{{n}}, []bool{true}
		e.count = 1
		return nil
	}
	leaf, i, found := e.position(n.Path)
	l := e.writable(leaf)
	if found {
		old, l[i] = l[i], n
		return old
	}
	l = slices.Insert(l, i, n)
	e.leaves[leaf] = l
	e.count++
	if len(l) > maxLeaf {
		// Paths often come in order: a full leaf at the end stays nearly full.
		half := len(l) / 2
		if i == len(l)-1 {
			half = len(l) - 1
		}
		e.leaves[leaf] = slices.Clone(l[:half])
		e.leaves = slices.Insert(e.leaves, leaf+1, slices.Clone(l[half:]))
		e.own = slices.Insert(e.own, leaf+1, true)
	}
	return nil
}

// remove deletes the node at path and all below it, and returns them.
func (e *edit) remove(path string) (old []*node) {
	if n := e.get(path); n != nil {
		old = append(old, n)
		if n.Kind == KindDir {
			below := path + "/"
			e.from(below, func(n *node) bool {
				if !strings.HasPrefix(n.Path, below) {
					return false
				}
				old = append(old, n)
				return true
			})
		}
	}
	for _, n := range old {
		leaf, i, _ := e.position(n.Path)
		l := e.writable(leaf)
		if len(l) == 1 {
			e.leaves = slices.Delete(e.leaves, leaf, leaf+1)
			e.own = slices.Delete(e.own, leaf, leaf+1)
		} else {
			e.leaves[leaf] = slices.Delete(l, i, i+1)
		}
		e.count--
	}
	return old
}
