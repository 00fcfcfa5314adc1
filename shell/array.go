package shell

import "sort"

// array is an indexed array: its elements in the order of their subscripts, which
// grow from one to the next and are not negative.
type array []element

type element struct {
	at   int // its subscript
	text string
}

// find returns where the element with a subscript is, or is to be put.
func (a array) find(at int) (int, bool) {
	if at < len(a) && a[at].at == at { // there is no gap before it
		return at, true
	}
	if at >= a.next() {
		return len(a), false
	}
	i := sort.Search(min(at, len(a)), func(i int) bool { return a[i].at >= at })
	return i, i < len(a) && a[i].at == at
}

func (a array) get(at int) (string, bool) {
	if at < 0 {
		return "", false
	}
	i, ok := a.find(at)
	if !ok {
		return "", false
	}
	return a[i].text, true
}

// next is the subscript after the last.
func (a array) next() int {
	if len(a) == 0 {
		return 0
	}
	return a[len(a)-1].at + 1
}
